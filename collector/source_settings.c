/* SPDX-License-Identifier: Apache-2.0 */
/* source_settings.c: see source_settings.h. A later line of the same key goes before an earlier one. */
#include "collector/source_settings.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/opinia_collector.h"
#include "core/i18n.h"
#include "core/nearest.h"

enum { LISTED_MAX = 64 };

/* clang-format off */
static const struct source_row common[] = {
	{ "adapter", ROW_TEXT, "NAME", "!", 0, 0, N_("What is asked: an adapter or a map.") },
	{ "attr.", ROW_PREFIX, "WHAT", NULL, 0, 0, N_("attr.shop = WHAT: an attribute, as for map.FIELD.") },
	{ "channel", ROW_CHOICE, "chat|email|phone|web|other", NULL, 0, 0,
	  N_("How the customers spoke, where a record does not say.") },
	{ "every", ROW_DURATION, "TIME", "5m", 1000, 2592000000, N_("How long between two looks.") },
	{ "kind", ROW_CHOICE, "feedback|interaction|invitation|activity|customer", NULL, 0, 0,
	  N_("What the rows of a file are (else recognised).") },
	{ "language", ROW_TEXT, "ro|pl|en", NULL, 0, 0, N_("A hint for comments that bring none.") },
	{ "map.", ROW_PREFIX, "WHAT", NULL, 0, 0,
	  N_("map.csat = WHAT: this column or path is that field.") },
	{ "private", ROW_FLAG, NULL, "no", 0, 0,
	  N_("The service may be in a private network.") },
	{ "scale.", ROW_PREFIX, "MIN..MAX", NULL, 0, 0,
	  N_("scale.csat = 1..10; scale.csat = 5..1 where 1 is the best.") },
	{ "scheme", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("How its calls are signed, where that is not as the map says: opinia-serve(1).") },
	{ "secret_credential", ROW_TEXT, "NAME", NULL, 0, 0,
	  N_("The systemd credential that holds the password, token or key.") },
	{ "secret_file", ROW_TEXT, "FILE", NULL, 0, 0,
	  N_("The file (0600) that holds the password, token or key; several lines while it is changed.") },
	{ "timeout", ROW_DURATION, "TIME", "60s", 1000, 600000, N_("How long an answer may take.") },
	{ "values.", ROW_PREFIX, "A=POINT…", NULL, 0, 0,
	  N_("values.csat = good=1 bad=0: what stands there means that point.") },
};
/* clang-format on */

const struct source_row *source_common_rows(size_t *count)
{
	*count = sizeof(common) / sizeof(common[0]);
	return common;
}

static bool row_fits(const struct source_row *row, struct sv key)
{
	return row->type == ROW_PREFIX
		       ? key.n > strlen(row->key) && sv_starts(key, sv_of(row->key))
		       : sv_eq(key, sv_of(row->key));
}

static const struct source_row *row_of(const struct source_settings *s, struct sv key)
{
	size_t n;
	const struct source_row *shared = source_common_rows(&n);

	for (size_t i = 0; i < s->row_count; i++)
		if (row_fits(&s->rows[i], key))
			return &s->rows[i];
	for (size_t i = 0; i < n; i++)
		if (row_fits(&shared[i], key))
			return &shared[i];
	return NULL;
}

/* ---- what a value may be ----------------------------------------------------------------- */

static bool duration(struct sv s, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {
		{ 's', MS_SECOND }, { 'm', MS_MINUTE }, { 'h', MS_HOUR }, { 'd', MS_DAY }
	};
	int64_t n;

	if (s.n < 2 || !sv_i64(sv_sub(s, 0, s.n - 1), &n) || n < 0 || n > 1000000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (s.p[s.n - 1] == units[i].unit) {
			*ms = n * units[i].ms;
			return true;
		}
	return false;
}

bool source_span(struct sv text, int64_t *ms)
{
	return duration(text, ms);
}

static bool chosen(struct sv value, const char *choices)
{
	struct sv rest = sv_of(choices);

	while (rest.n)
		if (sv_eq(sv_cut(&rest, '|'), value))
			return true;
	return false;
}

static int check_value(const struct source_row *row, struct sv value, struct err *err)
{
	int64_t n;

	switch (row->type) {
	case ROW_NUMBER:
		if (sv_i64(value, &n) && n >= row->min && n <= row->max)
			return 0;
		return err_set(err, ERR_CONFIG,
			       "a whole number from %lld to %lld is wanted",
			       (long long)row->min, (long long)row->max);
	case ROW_DURATION:
		if (duration(value, &n) && n >= row->min && n <= row->max)
			return 0;
		return err_set(
			err, ERR_CONFIG,
			"a time such as 30s, 5m, 2h or 16d is wanted, from %lld s to "
			"%lld s",
			(long long)row->min / MS_SECOND, (long long)row->max / MS_SECOND);
	case ROW_CHOICE:
		return chosen(value, row->arg) ? 0
					       : err_set(err, ERR_CONFIG,
							 "one of %s is wanted", row->arg);
	case ROW_FLAG:
		return chosen(value, "yes|no")
			       ? 0
			       : err_set(err, ERR_CONFIG, "yes or no is wanted");
	default:
		return value.n ? 0 : err_set(err, ERR_CONFIG, "it says nothing");
	}
}

/* ---- the section as a whole -------------------------------------------------------------- */

static const struct setting_pair *pair_of(const struct source_settings *s,
					  const char *key)
{
	const struct setting_pair *found = NULL;

	for (size_t i = 0; i < s->said->count; i++)
		if (sv_eq(s->said->pairs[i].key, sv_of(key)))
			found = &s->said->pairs[i];
	return found;
}

int source_at(const struct source_settings *s, const char *key, struct err *err)
{
	const struct setting_pair *pair = key ? pair_of(s, key) : NULL;

	if (key)
		err_at(err, "[source %s] %s", s->name, key);
	else
		err_at(err, "[source %s]", s->name);
	return err_at(err, "%s:%d", s->file ? s->file : "opinia.conf",
		      pair ? pair->line : s->line);
}

static int unknown_key(const struct source_settings *s, const struct setting_pair *pair,
		       struct err *err)
{
	struct nearest near = nearest_to(pair->key);
	struct sv best;
	size_t n;
	const struct source_row *shared = source_common_rows(&n);

	for (size_t i = 0; i < s->row_count; i++)
		nearest_try(&near, sv_of(s->rows[i].key));
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, sv_of(shared[i].key));
	best = nearest_found(&near);
	if (best.n)
		err_set(err, ERR_CONFIG,
			"no setting `" SV_FMT "` for this adapter; did you mean `" SV_FMT
			"`?",
			SV_ARG(pair->key), SV_ARG(best));
	else
		err_set(err, ERR_CONFIG, "no setting `" SV_FMT "` for this adapter",
			SV_ARG(pair->key));
	return err_at(err, "%s:%d: [source %s]", s->file ? s->file : "opinia.conf",
		      pair->line, s->name);
}

static int check_said(const struct source_settings *s, const struct source_row *rows,
		      size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].preset && rows[i].preset[0] == '!' &&
		    !pair_of(s, rows[i].key)) {
			err_set(err, ERR_CONFIG, "`%s` is missing", rows[i].key);
			return source_at(s, NULL, err);
		}
	return 0;
}

int source_settings_check(const struct source_settings *s, struct err *err)
{
	size_t n;
	const struct source_row *shared = source_common_rows(&n);

	for (size_t i = 0; i < s->said->count; i++) {
		const struct setting_pair *pair = &s->said->pairs[i];
		const struct source_row *row = row_of(s, pair->key);

		if (!row)
			return unknown_key(s, pair, err);
		if (check_value(row, pair->value, err)) {
			err_at(err, SV_FMT " = " SV_FMT, SV_ARG(pair->key),
			       SV_ARG(pair->value));
			return err_at(err, "%s:%d: [source %s]",
				      s->file ? s->file : "opinia.conf", pair->line,
				      s->name);
		}
	}
	return check_said(s, s->rows, s->row_count, err) ? ERR_CONFIG
							 : check_said(s, shared, n, err);
}

/* ---- asking ------------------------------------------------------------------------------ */

const char *source_text(const struct source_settings *s, const char *key)
{
	const struct setting_pair *pair = pair_of(s, key);
	const struct source_row *row = row_of(s, sv_of(key));

	if (pair)
		return pair->value.p; /* arena_copy() ends it with NUL */
	return row && row->preset && row->preset[0] != '!' ? row->preset : NULL;
}

int64_t source_number(const struct source_settings *s, const char *key)
{
	int64_t n = 0;

	sv_i64(sv_of(source_text(s, key)), &n);
	return n;
}

int64_t source_duration_ms(const struct source_settings *s, const char *key)
{
	int64_t ms = 0;

	duration(sv_of(source_text(s, key)), &ms);
	return ms;
}

bool source_flag(const struct source_settings *s, const char *key)
{
	return sv_eq(sv_of(source_text(s, key)), SV("yes"));
}

bool source_prefixed(const struct source_settings *s, const char *prefix, size_t n,
		     struct sv *rest, struct sv *value)
{
	for (size_t i = 0; i < s->said->count; i++) {
		const struct setting_pair *pair = &s->said->pairs[i];

		if (!sv_starts(pair->key, sv_of(prefix)) || n--)
			continue;
		*rest = sv_sub(pair->key, strlen(prefix), pair->key.n);
		*value = pair->value;
		return true;
	}
	return false;
}

/* ---- secrets ----------------------------------------------------------------------------- */

int source_secret_path(const struct source_settings *s, const char *what,
		       struct arena *arena, const char **path, bool *lent,
		       struct err *err)
{
	const char *file = source_text(s, arena_printf(arena, "%s_file", what));
	const char *name = source_text(s, arena_printf(arena, "%s_credential", what));
	const char *folder = s->credentials;

	*lent = !file && name;
	*path = file;
	if (file)
		return 0;
	if (!name)
		return err_set(
			err, ERR_CONFIG,
			"where is the secret? `%s_file = FILE` or `%s_credential = NAME`",
			what, what);
	if (!folder || strchr(name, '/'))
		return err_set(
			err, ERR_CONFIG,
			"no credential `%s`: systemd lends it by LoadCredential=", name);
	*path = arena_printf(arena, "%s/%s", folder, name);
	return 0;
}

static int secret_read(const char *path, bool lent, struct arena *arena, struct sv *out,
		       struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *bytes = arena_take(arena, SECRET_BYTES_MAX + 1);
	ssize_t n;

	if (fd < 0)
		return err_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
	n = bytes ? read(fd, bytes, SECRET_BYTES_MAX + 1) : -1;
	if (fstat(fd, &st) || n < 0) {
		close(fd);
		return err_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
	}
	close(fd);
	if (!lent && (st.st_mode & 077))
		return err_set(err, ERR_CONFIG, "%s: others may read it: chmod 600",
			       path);
	if (n > SECRET_BYTES_MAX)
		return err_set(err, ERR_CONFIG, "%s: more than %d bytes", path,
			       SECRET_BYTES_MAX);
	*out = (struct sv){ bytes, (size_t)n };
	return 0;
}

int source_secrets(const struct source_settings *s, const char *what, struct arena *arena,
		   struct sv out[SECRETS_MAX], size_t *count, struct err *err)
{
	const char *path;
	struct sv rest = { NULL, 0 };
	bool lent;
	int rc = source_secret_path(s, what, arena, &path, &lent, err);

	*count = 0;
	if (!rc)
		rc = secret_read(path, lent, arena, &rest, err);
	while (!rc && rest.n && *count < SECRETS_MAX) {
		struct sv line = sv_trim(sv_cut(&rest, '\n'));

		if (line.n && !arena_copy(arena, line, &out[(*count)++]))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (!rc && !*count)
		rc = err_set(err, ERR_CONFIG, "%s: there is no secret in it", path);
	return rc ? source_at(s, NULL, err) : 0;
}

/* ---- as options of an import ------------------------------------------------------------- */

/* "map.csat = Nota" as "csat=Nota". */
static int listed(const struct source_settings *s, const char *prefix, const char *put,
		  struct arena *arena, const char **out, size_t *n, struct err *err)
{
	struct sv key, value;

	for (size_t i = 0; source_prefixed(s, prefix, i, &key, &value); i++) {
		if (*n == LISTED_MAX) {
			err_set(err, ERR_CONFIG, "more than %d of them", LISTED_MAX);
			return source_at(s, prefix, err);
		}
		out[*n] = arena_printf(arena, "%s" SV_FMT "=" SV_FMT, put, SV_ARG(key),
				       SV_ARG(value));
		if (!out[(*n)++])
			return err_set(err, ERR_SYSTEM, "out of memory");
	}
	return 0;
}

int opinia_import_saved(const struct settings *settings, const char *name,
			const struct zone *zone, struct arena *arena, bool *found,
			struct import_options *out, struct err *err)
{
	size_t n;
	const struct setting_source *said = settings_sources(settings, &n);

	*found = false;
	for (size_t i = 0; i < n; i++) {
		struct source_settings s = { .name = name,
					     .file = settings_path(settings),
					     .line = said[i].line,
					     .said = &said[i],
					     .arena = arena };
		const char *adapter = source_text(&s, "adapter");

		if (!sv_eq(said[i].name, sv_of(name)))
			continue;
		*found = true;
		if (adapter && strcmp(adapter, "files") == 0)
			return source_import_options(&s, zone, arena, out, err);
		*out = (struct import_options){ .source = name,
						.channel = source_text(&s, "channel"),
						.zone = zone };
	}
	return 0;
}

int source_import_options(const struct source_settings *s, const struct zone *zone,
			  struct arena *arena, struct import_options *out,
			  struct err *err)
{
	const char **maps = arena_zero(arena, LISTED_MAX, sizeof(*maps));
	const char **scales = arena_zero(arena, LISTED_MAX, sizeof(*scales));
	const char **values = arena_zero(arena, LISTED_MAX, sizeof(*values));
	int rc;

	*out = (struct import_options){ .source = s->name,
					.channel = source_text(s, "channel"),
					.kind = source_text(s, "kind"),
					.maps = maps,
					.scales = scales,
					.values = values,
					.zone = zone };
	if (!maps || !scales || !values)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = listed(s, "map.", "", arena, maps, &out->map_count, err);
	if (!rc)
		rc = listed(s, "attr.", "attr.", arena, maps, &out->map_count, err);
	if (!rc)
		rc = listed(s, "scale.", "", arena, scales, &out->scale_count, err);
	if (!rc)
		rc = listed(s, "values.", "", arena, values, &out->value_count, err);
	return rc;
}
