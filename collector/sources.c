/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sources.c: the door for configured sources: which there are, and one of them being asked. A
 * source names an adapter of the registry, or else a map.
 */
#include "collector/sources.h"

#include <stdlib.h>
#include <string.h>

#include "collector/json_values.h"
#include "core/nearest.h"

struct opinia_collect {
	struct source *source;
	const struct collect_env *env;
	struct import_options options;
	struct arena arena;
};

/* ---- which there are --------------------------------------------------------------------- */

static int unknown_adapter(struct configured *c, const struct collect_env *env,
			   struct arena *arena, struct err *err)
{
	const char *kind = source_text(&c->settings, "adapter");
	struct nearest near = nearest_to(sv_of(kind));
	const struct adapter *const *all;
	struct sv *names, best;
	size_t n;

	all = adapter_all(&n);
	for (size_t i = 0; i < n; i++)
		if (all[i]->rows)
			nearest_try(&near, sv_of(all[i]->kind));
	if (!map_names(env->maps, arena, &names, &n, err))
		for (size_t i = 0; i < n; i++)
			nearest_try(&near, names[i]);
	best = nearest_found(&near);
	if (best.n)
		err_set(err, ERR_CONFIG,
			"no adapter or map `%s`; did you mean `" SV_FMT "`?", kind,
			SV_ARG(best));
	else
		err_set(err, ERR_CONFIG,
			"no adapter or map `%s`; `opinia sources --list` names them",
			kind);
	return source_at(&c->settings, "adapter", err);
}

/* The adapter's own rows and those that it shares with others. */
static int rows_of(const struct adapter *a, struct arena *arena,
		   const struct source_row **rows, size_t *count, struct err *err)
{
	const struct source_row *more;
	struct source_row *all;
	size_t n;

	*rows = a->rows;
	*count = a->row_count;
	if (!a->more_rows)
		return 0;
	more = a->more_rows(&n);
	all = arena_zero(arena, *count + n, sizeof(*all));
	if (!all)
		return err_set(err, ERR_SYSTEM, "out of memory");
	memcpy(all, a->rows, *count * sizeof(*all));
	memcpy(all + *count, more, n * sizeof(*all));
	*rows = all;
	*count += n;
	return 0;
}

static int find_adapter(struct configured *c, const struct collect_env *env,
			struct arena *arena, struct err *err)
{
	struct sv kind = sv_of(source_text(&c->settings, "adapter"));
	int rc;

	if (!kind.n) {
		err_set(err, ERR_CONFIG, "`adapter` is missing");
		return source_at(&c->settings, NULL, err);
	}
	c->adapter = adapter_find(kind);
	if (c->adapter && c->adapter->rows)
		return rows_of(c->adapter, arena, &c->settings.rows,
			       &c->settings.row_count, err);
	c->adapter = &adapter_map;
	rc = map_load(&c->map, env->maps, kind, arena, err);
	if (rc == ERR_MISSING)
		return unknown_adapter(c, env, arena, err);
	if (!rc)
		c->settings.rows = map_rows(c->map, &c->settings.row_count);
	return rc;
}

static int find_scheme(struct configured *c, struct err *err)
{
	const char *name = source_text(&c->settings, "scheme");
	const struct hook_scheme *all;
	struct nearest near;
	struct sv best;
	size_t n;

	if (!name)
		name = map_scheme(c->map) ? map_scheme(c->map) : "standard";
	c->scheme = hook_scheme_find(name);
	if (c->scheme)
		return 0;
	near = nearest_to(sv_of(name));
	all = hook_scheme_all(&n);
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, sv_of(all[i].name));
	best = nearest_found(&near);
	err_set(err, ERR_CONFIG, "no scheme `%s`; did you mean `" SV_FMT "`?", name,
		SV_ARG(best.n ? best : SV("standard")));
	return source_at(&c->settings, "scheme", err);
}

static int configure(struct configured *c, const struct opinia_sources *s,
		     struct err *err)
{
	const char *channel;
	int rc = find_adapter(c, s->env, (struct arena *)&s->arena, err);

	if (!rc)
		rc = source_settings_check(&c->settings, err);
	if (!rc && c->map)
		rc = map_bind(&c->bound, c->map, &c->settings, s->env->zone,
			      (struct arena *)&s->arena, err);
	if (rc)
		return rc;
	c->info.name = c->settings.name;
	c->info.adapter = source_text(&c->settings, "adapter");
	c->info.every_ms = source_duration_ms(&c->settings, "every");
	c->info.pulls = !c->map || map_pulls(c->map);
	c->info.hooks = c->map && map_hooks(c->map);
	c->info.channel = CHANNEL_OTHER;
	channel = source_text(&c->settings, "channel");
	if (channel)
		channel_find(sv_of(channel), &c->info.channel);
	else if (c->map)
		map_channel(c->map, &c->info.channel);
	if (!c->info.hooks)
		return 0;
	c->secrets = secrets_held_new();
	return c->secrets ? find_scheme(c, err)
			  : err_set(err, ERR_SYSTEM, "out of memory");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct configured *)a)->settings.name,
		      ((const struct configured *)b)->settings.name);
}

int opinia_sources_open(struct opinia_sources **out, const struct settings *settings,
			const struct collect_env *env, struct err *err)
{
	struct opinia_sources *s = calloc(1, sizeof(*s));
	const struct setting_source *said;
	size_t n;
	int rc = 0;

	*out = NULL;
	json_values_watch();
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&s->arena, 0);
	s->env = env;
	said = settings_sources(settings, &n);
	for (size_t i = 0; i < n; i++) {
		struct configured *c = &s->at[s->count++];

		c->settings = (struct source_settings){ .name = said[i].name.p,
							.file = settings_path(settings),
							.line = said[i].line,
							.said = &said[i],
							.credentials = env->credentials,
							.arena = &s->arena };
	}
	/* a bound map points at the settings: from here on they stay where they are */
	qsort(s->at, s->count, sizeof(s->at[0]), by_name);
	for (size_t i = 0; i < n && !rc; i++)
		rc = configure(&s->at[i], s, err);
	if (rc) {
		opinia_sources_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void opinia_sources_close(struct opinia_sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		secrets_held_free(s->at[i].secrets);
	arena_release(&s->arena);
	free(s);
}

size_t opinia_sources_count(const struct opinia_sources *s)
{
	return s->count;
}

const struct opinia_source_info *opinia_sources_at(const struct opinia_sources *s,
						   size_t i)
{
	return &s->at[i].info;
}

int opinia_sources_find(const struct opinia_sources *s, const char *name, size_t *i,
			struct err *err)
{
	struct nearest near = nearest_to(sv_of(name));
	struct sv best;

	for (size_t k = 0; k < s->count; k++) {
		if (strcmp(s->at[k].settings.name, name) == 0) {
			*i = k;
			return 0;
		}
		nearest_try(&near, sv_of(s->at[k].settings.name));
	}
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_MISSING,
			       "no source `%s`; did you mean `" SV_FMT "`?", name,
			       SV_ARG(best));
	return err_set(err, ERR_MISSING,
		       "no source `%s` in opinia.conf; [source %s] makes one", name,
		       name);
}

int opinia_source_kinds(const struct collect_env *env, struct arena *arena,
			struct opinia_source_kind **out, size_t *count, struct err *err)
{
	const struct adapter *const *all;
	struct opinia_source_kind *list;
	struct sv *names;
	size_t adapters, maps, n = 0;
	int rc = map_names(env->maps, arena, &names, &maps, err);

	all = adapter_all(&adapters);
	list = rc ? NULL : arena_zero(arena, adapters + maps + 1, sizeof(*list));
	if (!rc && !list)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; !rc && i < adapters; i++)
		if (all[i]->rows)
			list[n++] = (struct opinia_source_kind){ sv_of(all[i]->kind),
								 all[i]->summary };
	for (size_t i = 0; !rc && i < maps; i++) {
		struct map *m;

		if (!map_load(&m, env->maps, names[i], arena, NULL))
			list[n++] = (struct opinia_source_kind){ names[i], map_title(m) };
	}
	*out = list;
	*count = n;
	return rc;
}

static const char *arg_of(const struct source_row *row)
{
	switch (row->type) {
	case ROW_NUMBER:
		return row->arg ? row->arg : "NUMBER";
	case ROW_DURATION:
		return "TIME";
	case ROW_FLAG:
		return "yes|no";
	default:
		return row->arg ? row->arg : "TEXT";
	}
}

int opinia_source_keys(const struct collect_env *env, const char *kind,
		       struct arena *arena, struct opinia_source_key **out, size_t *count,
		       struct err *err)
{
	const struct adapter *a = adapter_find(sv_of(kind));
	const struct source_row *rows[2];
	struct opinia_source_key *list;
	struct map *m;
	size_t n[2], k = 0;
	int rc = 0;

	rows[1] = source_common_rows(&n[1]);
	if (a && a->rows) {
		rc = rows_of(a, arena, &rows[0], &n[0], err);
	} else {
		rc = map_load(&m, env->maps, sv_of(kind), arena, err);
		if (!rc)
			rows[0] = map_rows(m, &n[0]);
	}
	if (rc)
		return rc;
	list = arena_zero(arena, n[0] + n[1], sizeof(*list));
	if (!list)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (int part = 0; part < 2; part++)
		for (size_t i = 0; i < n[part]; i++)
			list[k++] = (struct opinia_source_key){
				rows[part][i].key, arg_of(&rows[part][i]),
				rows[part][i].preset, rows[part][i].help, part == 1
			};
	*out = list;
	*count = k;
	return 0;
}

/* ---- one of them ------------------------------------------------------------------------- */

int opinia_collect_open(struct opinia_collect **out, const struct opinia_sources *s,
			size_t i, struct err *err)
{
	const struct configured *from = &s->at[i];
	struct opinia_collect *c = calloc(1, sizeof(*c));
	struct source_config config = { .settings = &from->settings,
					.env = s->env,
					.map = from->bound };
	int rc;

	*out = NULL;
	if (!c)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&c->arena, 0);
	c->env = s->env;
	config.options = &c->options;
	rc = source_import_options(&from->settings, s->env->zone, &c->arena, &c->options,
				   err);
	if (!rc)
		rc = from->adapter->open(&c->source, &config, err);
	if (rc) {
		arena_release(&c->arena);
		free(c);
		return rc;
	}
	*out = c;
	return 0;
}

int opinia_collect_pull(struct opinia_collect *c, struct sv cursor, struct batch *out,
			struct err *err)
{
	batch_reset(out);
	if (cancel_asked(c->env->cancel))
		return cancel_said(err);
	return c->source->adapter->pull(c->source, cursor, out, err);
}

int opinia_collect_wait(struct opinia_collect *c, int64_t ms, struct err *err)
{
	if (c->source->adapter->wait)
		return c->source->adapter->wait(c->source, ms, err);
	return cancel_sleep(c->env->cancel, ms) ? cancel_said(err) : 0;
}

int opinia_collect_test(struct opinia_collect *c, struct source_steps *steps,
			struct err *err)
{
	if (c->source->adapter->test)
		return c->source->adapter->test(c->source, steps, err);
	return err_set(err, ERR_USAGE, "there is nothing to test here");
}

struct import_progress opinia_collect_progress(const struct opinia_collect *c)
{
	return c->source->progress;
}

const struct source_tally *opinia_collect_tallies(const struct opinia_collect *c,
						  size_t *count)
{
	*count = c->source->tally_count;
	return c->source->tallies;
}

const struct import_reject *opinia_collect_rejects(const struct opinia_collect *c,
						   size_t *count)
{
	*count = c->source->reject_count;
	return c->source->rejects;
}

int64_t opinia_collect_again_ms(const struct opinia_collect *c)
{
	return c->source->again_ms;
}

void opinia_collect_close(struct opinia_collect *c)
{
	if (!c)
		return;
	c->source->adapter->close(c->source);
	arena_release(&c->arena);
	free(c);
}
