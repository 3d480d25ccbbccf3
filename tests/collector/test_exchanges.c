/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exchanges.c: the recorded exchanges (tests/exchanges) played back: we ask exactly so, and
 * what comes back and what is posted to us makes exactly the records of records.txt. After a change
 * that is meant: OPINIA_RECORD=1 writes the new ones, to be read before they are kept.
 */
#include <jansson.h>
#include <sys/stat.h>

#include "collector/map.h"
#include "tests/collector/files.h"
#include "tests/fake/desk.h"
#include "tests/fake/exchange.h"
#include "tests/fake/replay.h"

#define EXCHANGES OPINIA_SOURCE_DIR "/tests/exchanges"
#define MAPS OPINIA_SOURCE_DIR "/collector/maps"

enum { NOW_S = 1795305600 }; /* 2026-11-22T00:00:00Z */

static const struct {
	const char *service;
	const char *settings; /* beside adapter and secret; %s: the address */
	bool pulls, hooks;
	const char *hook_settings; /* NULL: the same */
} rows[] = {
	{ "chatwoot", "url = %s\naccount = 1\n", true, true, NULL },
	{ "zendesk", "url = %s\nuser = " DESK_USER "\n", true, false, NULL },
	{ "zendesk-ratings", "url = %s\nuser = " DESK_USER "\n", true, false, NULL },
	{ "livechat", "url = %s\nuser = " DESK_USER "\n", true, true, NULL },
	{ "intercom", "url = %s\n", true, true, NULL },
	{ "freshdesk",
	  "url = %s\nvalues.csat = -103=1 -102=2 100=3 102=4 103=5\nscale.csat = 1..5\n",
	  true, false, NULL },
	{ "formbricks", "url = %s\nsurvey = cm5survey\n", true, true,
	  "survey = cm5survey\nmap.csat = data.q0csat\nmap.comment = data.q1text\n" },
	{ "limesurvey",
	  "url = %s\nuser = " DESK_USER "\nsurvey = 282267\nexport_language = ro\n"
	  "map.csat = Q01\nmap.comment = Q02\nvalues.csat = A1=1 A2=2 A3=3 A4=4 A5=5\n",
	  true, false, NULL },
	{ "typeform",
	  "url = %s\nform = lT4Z3j\nmap.csat = answers[field.ref=happy].number\n"
	  "scale.csat = 1..5\n",
	  true, true, NULL },
	{ "surveymonkey",
	  "url = %s\nsurvey = 3001\n"
	  "map.csat = pages[*].questions[id=1001].answers[0].choice_id\n"
	  "values.csat = 9001=1 9002=2 9003=3 9004=4 9005=5\n"
	  "map.comment = pages[*].questions[id=1002].answers[0].text\n",
	  true, false, NULL },
	{ "crisp", "", false, true, NULL },
	{ "tally", "map.csat = fields[type=RATING].value\nscale.csat = 1..5\n", false,
	  true, NULL },
	{ "twilio", "", false, true, NULL },
	{ "zadarma", "", false, true, NULL },
	{ "freeswitch", "", false, true, NULL },
	{ "generic", "", false, true, NULL },
	{ "helpbox", "url = %s\n", true, true, NULL }, /* the map of docs/recipes.md */
};

struct stage {
	struct place place;
	struct arena arena;
	struct zone *zone;
	struct collect_env env;
	struct settings *settings;
};

/* The recipe's map, as a reader would copy it. */
static void copy_recipe(const struct stage *s)
{
	struct sv text, map;
	struct buf page;
	char path[128];
	ptrdiff_t at;

	buf_init(&page, 0);
	slurp(OPINIA_SOURCE_DIR "/docs/recipes.md", &page);
	text = buf_sv(&page);
	at = sv_find(text, SV("```ini\n[map]\ntitle = Helpbox"));
	cr_assert_geq(at, 0);
	map = sv_sub(text, (size_t)at + 7, text.n);
	at = sv_find(map, SV("\n```"));
	cr_assert_geq(at, 0);
	snprintf(path, sizeof(path), "%s/helpbox.map", s->place.dir);
	spill(path, sv_sub(map, 0, (size_t)at + 1));
	buf_release(&page);
}

static void stage_set(struct stage *s, size_t i, const char *settings, const char *url)
{
	struct err err = ERR_NONE;
	struct buf conf;
	char secret[128];

	*s = (struct stage){ .place = place_of("opinia.conf", SV("")) };
	snprintf(secret, sizeof(secret), "%s/secret", s->place.dir);
	spill(secret, SV(DESK_SECRET "\n"));
	cr_assert_eq(chmod(secret, 0600), 0);
	buf_init(&conf, 0);
	buf_printf(&conf,
		   "[source shop]\nadapter = %s\nprivate = yes\nsecret_file = %s\n",
		   rows[i].service, secret);
	if (strstr(settings, "%s"))
		buf_printf(&conf, "url = %s\n%s", url, strchr(settings, '\n') + 1);
	else
		buf_printf(&conf, "%s", settings);
	spill(s->place.path, buf_sv(&conf));
	buf_release(&conf);
	copy_recipe(s);
	arena_init(&s->arena, 0);
	cr_assert_eq(zone_open(&s->zone, "UTC", &err), 0, "%s", err.text);
	s->env = (struct collect_env){ .zone = s->zone,
				       .maps = { s->place.dir, MAPS },
				       .now = NOW_S * INT64_C(1000) };
	cr_assert_eq(settings_read(&s->settings, s->place.path, &s->arena, &err), 0, "%s",
		     err.text);
}

static void stage_clear(struct stage *s)
{
	zone_close(s->zone);
	arena_release(&s->arena);
	place_clear(&s->place);
}

/* ---- what is asked ------------------------------------------------------------------------- */

static void tell_rejects(const struct import_reject *r, size_t n, struct buf *told)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(told, "aside: %s\n", r[i].why);
}

static void pull_all(const struct opinia_sources *sources, struct replay *replay,
		     const char *service, struct buf *told)
{
	const struct import_reject *rejects;
	struct opinia_collect *c;
	struct batch batch;
	struct err err = ERR_NONE;
	char cursor[8192] = "";
	size_t n;

	cr_assert_eq(opinia_collect_open(&c, sources, 0, &err), 0, "%s: %s", service,
		     err.text);
	batch_init(&batch);
	do {
		cr_assert_eq(opinia_collect_pull(c, sv_of(cursor), &batch, &err), 0,
			     "%s: %s\nnot recorded:\n%s", service, err.text,
			     replay_strange(replay));
		for (size_t i = 0; i < batch.count; i++)
			tell_record(told, &batch.records[i]);
		if (batch.cursor.n)
			snprintf(cursor, sizeof(cursor), SV_FMT, SV_ARG(batch.cursor));
	} while (batch.count || batch.cursor.n);
	rejects = opinia_collect_rejects(c, &n);
	tell_rejects(rejects, n, told);
	batch_release(&batch);
	opinia_collect_close(c);
}

static void play_back(size_t i, struct buf *told)
{
	struct opinia_sources *sources;
	struct replay *replay;
	struct stage stage;
	struct err err = ERR_NONE;
	char path[256];

	snprintf(path, sizeof(path), EXCHANGES "/%s/page.http", rows[i].service);
	replay = replay_open(path);
	stage_set(&stage, i, rows[i].settings, replay_url(replay));
	cr_assert_eq(opinia_sources_open(&sources, stage.settings, &stage.env, &err), 0,
		     "%s", err.text);
	pull_all(sources, replay, rows[i].service, told);
	cr_expect_str_eq(replay_strange(replay), "", "%s asks what is not recorded: %s",
			 rows[i].service, replay_strange(replay));
	cr_expect_eq(replay_left(replay), 0u, "%s: %zu recorded requests were not made",
		     rows[i].service, replay_left(replay));
	opinia_sources_close(sources);
	stage_clear(&stage);
	replay_close(replay);
}

/* ---- what is posted ------------------------------------------------------------------------ */

static int hex(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static void decode(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '%' && s[1] && s[2]) {
			*to++ = (char)(hex(s[1]) * 16 + hex(s[2]));
			s += 2;
		} else {
			*to++ = *s == '+' ? ' ' : *s;
		}
	}
	*to = 0;
}

/* JSON, or a form as the object of its fields. */
static json_t *body_of(const struct exchange *e)
{
	char *text, *next, *p, *value;
	json_t *out;

	if (strstr(e->fields, "application/json"))
		return json_loads(e->body, 0, NULL);
	out = json_object();
	text = next = strdup(e->body);
	while ((p = strsep(&next, "&"))) {
		value = strchr(p, '=');
		cr_assert(value != NULL);
		*value++ = 0;
		decode(p);
		decode(value);
		json_object_set_new(out, p, json_string(value));
	}
	free(text);
	return out;
}

static void receive(const struct map_bound *bound, const struct exchange *e,
		    struct buf *told)
{
	struct map_call call = { .received_at = NOW_S * INT64_C(1000) };
	struct batch batch;
	struct aside aside;
	struct err err = ERR_NONE;
	json_t *body = body_of(e);

	cr_assert(body != NULL, "%s", e->body);
	batch_init(&batch);
	aside_init(&aside, NULL, "shop");
	cr_assert_eq(map_hook(bound, body, &aside, &batch, &call, &err), 0, "%s",
		     err.text);
	buf_printf(told, "call:%s " SV_FMT "%s" SV_FMT "\n",
		   call.wanted ? "" : " not wanted", SV_ARG(call.delivery),
		   call.reply.n ? " " : "", SV_ARG(call.reply));
	for (size_t i = 0; i < batch.count; i++)
		tell_record(told, &batch.records[i]);
	tell_rejects(aside.said, aside.said_count, told);
	aside_release(&aside);
	batch_release(&batch);
	json_decref(body);
}

static void post_all(size_t i, struct buf *told)
{
	const char *own = rows[i].hook_settings;
	struct source_settings s = { .name = "shop" };
	struct exchange_file f;
	struct map_bound *bound;
	struct stage stage;
	struct map *map;
	struct err err = ERR_NONE;
	char path[256];
	size_t n;

	snprintf(path, sizeof(path), EXCHANGES "/%s/hook.http", rows[i].service);
	exchange_read(&f, path);
	stage_set(&stage, i, own ? own : rows[i].settings, "https://desk.example");
	cr_assert_eq(map_load(&map, stage.env.maps, sv_of(rows[i].service), &stage.arena,
			      &err),
		     0, "%s", err.text);
	s.file = stage.place.path;
	s.said = settings_sources(stage.settings, &n);
	s.rows = map_rows(map, &s.row_count);
	s.arena = &stage.arena;
	cr_assert_eq(source_settings_check(&s, &err), 0, "%s", err.text);
	cr_assert_eq(map_bind(&bound, map, &s, stage.zone, &stage.arena, &err), 0, "%s",
		     err.text);
	for (size_t k = 0; k < f.count; k++)
		receive(bound, &f.at[k], told);
	exchange_free(&f);
	stage_clear(&stage);
}

/* ---- and what it comes to ------------------------------------------------------------------ */

static void compare(const char *service, const struct buf *told)
{
	struct buf wanted;
	char path[256];

	snprintf(path, sizeof(path), EXCHANGES "/%s/records.txt", service);
	if (getenv("OPINIA_RECORD"))
		spill(path, buf_sv(told));
	buf_init(&wanted, 0);
	slurp(path, &wanted);
	cr_expect(sv_eq(buf_sv(told), buf_sv(&wanted)), "%s\ngot:\n%s\nwanted:\n%s", path,
		  told->p, wanted.p);
	buf_release(&wanted);
}

Test(exchanges, what_is_asked_and_what_is_posted_makes_the_recorded_records)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf told;

		buf_init(&told, 0);
		if (rows[i].pulls)
			play_back(i, &told);
		if (rows[i].hooks)
			post_all(i, &told);
		compare(rows[i].service, &told);
		buf_release(&told);
	}
}
