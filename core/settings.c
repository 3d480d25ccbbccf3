/* SPDX-License-Identifier: Apache-2.0 */
/* settings.c: see settings.h. The file is read by inih; what it may say is the table here. */
#include "core/settings.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/nearest.h"

/* clang-format off */
static const struct setting_row rows[] = {
	{ "collect", "ca_file", SETTING_TEXT, "", 0, 0, "",
	  N_("Certificates that services may be signed by, beside no others; empty: those of the system.") },
	{ "cost", "churn", SETTING_NUMBER, "percent", 0, 100, "10",
	  N_("How many of the customers who complain are likely to leave.") },
	{ "cost", "churn_high", SETTING_NUMBER, "percent", 0, 100, "20",
	  N_("The same, at the worst.") },
	{ "cost", "churn_low", SETTING_NUMBER, "percent", 0, 100, "5",
	  N_("The same, at the best.") },
	{ "cost", "value", SETTING_NUMBER, "", 0, 1000000000, "0",
	  N_("What a customer is worth in a year, in your currency; 0: not said, and the cost of dissatisfaction is NA.") },
	{ "import", "threads", SETTING_NUMBER, "", 0, 64, "0",
	  N_("Threads that read comments during an import; 0: one a core.") },
	{ "kpi", "period", SETTING_NUMBER, "days", 1, 3660, "30",
	  N_("How many days back `kpi`, `topics` and `report` look when nothing else is said.") },
	{ "kpi", "rows", SETTING_TEXT, "", 0, 0,
	  "csat,nps,ces2,fcr,first_response,time_to_action,retention_90",
	  N_("The indicators of the team, in their order. `opinia kpi --list` names all of them.") },
	{ "lexicon", "packs", SETTING_TEXT, "", 0, 0, "none",
	  N_("Topic packs beside the topics of service: all, none, or names with commas, such as retail,electronics. `retag` after a change.") },
	{ "report", "lang", SETTING_TEXT, "", 0, 0, "",
	  N_("Language of reports: en, ro or pl; empty: that of the system.") },
	{ "report", "title", SETTING_TEXT, "", 0, 0, "",
	  N_("Who the report is for: the name of the team or the shop.") },
	{ "retention", "default", SETTING_TEXT, "", 0, 0, "",
	  N_("How long words and customers are kept, such as 24 months; empty: for good. `NAME = 6 months` says another limit for the source of that name. `opinia retention` applies it.") },
	{ "retention", "hour", SETTING_NUMBER, "o'clock", 0, 23, "3",
	  N_("From when on, in the store's zone, `serve` or `collect --watch` applies the limits, once a day.") },
	{ "retention", "rejected", SETTING_TEXT, "", 0, 0, "90 days",
	  N_("How long what was set aside is kept where a limit is set, at most as long as what its source brought.") },
	{ "server", "behind_proxy", SETTING_TEXT, "", 0, 0, "no",
	  N_("yes: a proxy with TLS stands in front, so `serve` may listen at an address that others reach.") },
	{ "server", "listen", SETTING_TEXT, "", 0, 0, "127.0.0.1:8787",
	  N_("Where `serve` waits for calls: an address and a port, such as 127.0.0.1:8787 or [::1]:8787.") },
	{ "server", "public_url", SETTING_TEXT, "", 0, 0, "",
	  N_("How callers know this server: https://hooks.example.ro. Twilio signs it.") },
	{ "store", "map_max", SETTING_NUMBER, "MiB", 16, 16777216, "1048576",
	  N_("The store may grow to this size. It is a ceiling, not a reservation.") },
	{ "topics", "min_n", SETTING_NUMBER, "answers", 1, 1000000, "3",
	  N_("A topic with fewer answers than this in both periods is not listed.") },
};
/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]), LINE_TEXT = 200 };

struct settings {
	struct sv value[ROWS];
	const char *path;
	struct setting_source *sources; /* SOURCES_MAX */
	size_t source_count;
	struct setting_source retention; /* of sources, by name */
};

struct reading {
	struct settings *into;
	struct arena *arena;
	int line;
	struct err *err;
	int rc;
};

static int find(const char *section, const char *key)
{
	for (int i = 0; i < ROWS; i++)
		if (strcmp(rows[i].section, section) == 0 &&
		    strcmp(rows[i].key, key) == 0)
			return i;
	return -1;
}

struct settings *settings_preset(struct arena *arena)
{
	struct settings *s = arena_zero(arena, 1, sizeof(*s));

	for (int i = 0; s && i < ROWS; i++)
		s->value[i] = sv_of(rows[i].preset);
	if (s)
		s->sources = arena_zero(arena, SOURCES_MAX, sizeof(*s->sources));
	return s && s->sources ? s : NULL;
}

const struct setting_source *settings_sources(const struct settings *s, size_t *count)
{
	*count = s->source_count;
	return s->sources;
}

const struct setting_source *settings_retention(const struct settings *s)
{
	return &s->retention;
}

const char *settings_path(const struct settings *s)
{
	return s->path;
}

static int unknown(struct reading *r, const char *section, const char *key)
{
	char name[LINE_TEXT], known[LINE_TEXT];
	struct nearest near;
	int best = -1;

	snprintf(name, sizeof(name), "%s.%s", section, key);
	near = nearest_to(sv_of(name));
	for (int i = 0; i < ROWS; i++) {
		unsigned before = near.distance;

		snprintf(known, sizeof(known), "%s.%s", rows[i].section, rows[i].key);
		nearest_try(&near, sv_of(known));
		if (near.distance < before)
			best = i;
	}
	if (best >= 0 && near.distance <= 3)
		return err_set(r->err, ERR_CONFIG,
			       "no setting `%s` in [%s]; did you mean `%s` in [%s]?", key,
			       section, rows[best].key, rows[best].section);
	return err_set(r->err, ERR_CONFIG, "no setting `%s` in [%s]", key, section);
}

static int check_number(struct reading *r, const struct setting_row *row,
			const char *value)
{
	int64_t v;

	if (!sv_i64(sv_trim(sv_of(value)), &v))
		return err_set(r->err, ERR_CONFIG, "%s = %s: a whole number is wanted",
			       row->key, value);
	if (v < row->min || v > row->max)
		return err_set(r->err, ERR_CONFIG, "%s = %s: between %lld and %lld %s",
			       row->key, value, (long long)row->min, (long long)row->max,
			       row->unit);
	return 0;
}

/* ---- [source NAME] ------------------------------------------------------------------- */

static bool name_good(struct sv name)
{
	if (!name.n || name.n > 64)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", name.p[i]))
			return false;
	return name.p[0] != '.';
}

static struct setting_source *source_of(struct reading *r, struct sv name)
{
	struct settings *s = r->into;
	struct setting_source *to;

	for (size_t i = 0; i < s->source_count; i++)
		if (sv_eq(s->sources[i].name, name))
			return &s->sources[i];
	if (!name_good(name)) {
		r->rc = err_set(r->err, ERR_CONFIG,
				"[source " SV_FMT
				"]: a name has small letters, digits, - _ . "
				"and 64 of them at most",
				SV_ARG(name));
		return NULL;
	}
	if (s->source_count == SOURCES_MAX) {
		r->rc = err_set(r->err, ERR_CONFIG, "more than %d sources", SOURCES_MAX);
		return NULL;
	}
	to = &s->sources[s->source_count++];
	to->line = r->line;
	to->pairs = arena_zero(r->arena, SOURCE_PAIRS_MAX, sizeof(*to->pairs));
	if (!to->pairs || !arena_copy(r->arena, name, &to->name))
		r->rc = err_set(r->err, ERR_SYSTEM, "out of memory");
	return to;
}

static void take_pair(struct reading *r, struct setting_source *to, const char *key,
		      const char *value)
{
	struct setting_pair *pair;

	if (to->count == SOURCE_PAIRS_MAX) {
		r->rc = err_set(r->err, ERR_CONFIG, "more than %d settings of one source",
				SOURCE_PAIRS_MAX);
		return;
	}
	pair = (struct setting_pair *)&to->pairs[to->count++];
	pair->line = r->line;
	if (!arena_copy(r->arena, sv_of(key), &pair->key) ||
	    !arena_copy(r->arena, sv_trim(sv_of(value)), &pair->value))
		r->rc = err_set(r->err, ERR_SYSTEM, "out of memory");
}

static void take_source(struct reading *r, struct sv name, const char *key,
			const char *value)
{
	struct setting_source *to = source_of(r, name);

	if (to && !r->rc)
		take_pair(r, to, key, value);
}

static void take_retention(struct reading *r, const char *source, const char *value)
{
	struct setting_source *to = &r->into->retention;

	if (!to->pairs)
		to->pairs = arena_zero(r->arena, SOURCE_PAIRS_MAX, sizeof(*to->pairs));
	if (!to->pairs)
		r->rc = err_set(r->err, ERR_SYSTEM, "out of memory");
	else if (!name_good(sv_of(source)))
		r->rc = err_set(
			r->err, ERR_CONFIG,
			"[retention] %s: a source has small letters, digits, - _ . "
			"and 64 of them at most",
			source);
	else
		take_pair(r, to, source, value);
}

static int take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *r = user;
	int i = find(section, key);

	if (r->rc)
		return 1;
	if (strncmp(section, "source ", 7) == 0) {
		take_source(r, sv_trim(sv_of(section + 7)), key, value);
		return r->rc == 0;
	}
	if (i < 0 && strcmp(section, "retention") == 0) {
		take_retention(r, key, value);
		return r->rc == 0;
	}
	if (i < 0)
		r->rc = unknown(r, section, key);
	else if (rows[i].type == SETTING_NUMBER)
		r->rc = check_number(r, &rows[i], value);
	if (!r->rc && !arena_copy(r->arena, sv_trim(sv_of(value)), &r->into->value[i]))
		r->rc = err_set(r->err, ERR_SYSTEM, "out of memory");
	return r->rc == 0;
}

/* inih tells no line to the handler, but gives it its lines one by one. */
struct lines {
	FILE *f;
	struct reading *r;
};

static char *next_line(char *text, int size, void *stream)
{
	struct lines *l = stream;

	if (l->r->rc)
		return NULL;
	l->r->line++;
	text = fgets(text, size, l->f);
	if (text && !strchr(text, '\n') && !feof(l->f))
		l->r->rc = err_set(l->r->err, ERR_CONFIG,
				   "a line has %d bytes at most; go on in the next one, "
				   "behind a blank",
				   size - 2);
	return l->r->rc ? NULL : text;
}

int settings_read(struct settings **out, const char *path, struct arena *arena,
		  struct err *err)
{
	struct reading r = { settings_preset(arena), arena, 0, err, 0 };
	struct lines l = { fopen(path, "re"), &r };
	int bad;

	*out = r.into;
	if (!l.f)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	if (!r.into) {
		fclose(l.f);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	r.into->path = arena_printf(arena, "%s", path);
	bad = ini_parse_stream(next_line, &l, take, &r);
	fclose(l.f);
	if (r.rc)
		return err_at(err, "%s:%d", path, r.line);
	if (bad > 0)
		return err_set(err, ERR_CONFIG,
			       "%s:%d: neither `[section]` nor `key = value`", path, bad);
	return 0;
}

struct sv setting_text(const struct settings *s, const char *section, const char *key)
{
	int i = find(section, key);

	assert(i >= 0); /* a setting that has no row */
	return s->value[i];
}

int64_t setting_number(const struct settings *s, const char *section, const char *key)
{
	int64_t v = 0;

	sv_i64(setting_text(s, section, key), &v);
	return v;
}

void settings_template(struct buf *out)
{
	const char *section = "";

	buf_printf(out, "# %s\n",
		   _("Opinia's settings. A line that starts with # is a comment; "
		     "what is commented out has the value shown."));
	for (int i = 0; i < ROWS; i++) {
		if (strcmp(section, rows[i].section) != 0)
			buf_printf(out, "\n[%s]\n", rows[i].section);
		section = rows[i].section;
		buf_printf(out, "# %s\n#%s = %s%s%s\n", _(rows[i].help), rows[i].key,
			   rows[i].preset, rows[i].unit[0] ? "   ; " : "", rows[i].unit);
	}
}
