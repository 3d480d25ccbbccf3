/* SPDX-License-Identifier: Apache-2.0 */
/* test_map_read.c: what a map may say, where it is wrong, and that ours are right. */
#include "collector/map.h"
#include "collector/map_json.h"
#include "collector/map_parts.h"
#include "tests/collector/files.h"

static const char good[] = "[map]\ntitle = Desk\nsettings = url! box\nchannel = chat\n"
			   "[request]\nurl = {url}/x\nquery.box = {box}\n"
			   "[pages]\nstyle = number\nsize = 25\n"
			   "[cursor]\nat = created_at\noverlap = 2d\n"
			   "[feedback]\nid = id\ncsat = rating\n";

static int load(const char *text, struct map **m, struct arena *a, struct err *err)
{
	struct place p = place_of("desk.map", sv_of(text));
	const char *const dirs[2] = { NULL, p.dir };
	int rc = map_load(m, dirs, SV("desk"), a, err);

	place_clear(&p);
	return rc;
}

Test(map_read, a_mistake_is_said_with_its_line)
{
	static const struct {
		const char *text; /* "…": behind the good one */
		const char *says;
	} rows[] = {
		{ "+[feedbak]\nid = x\n",
		  ":17: no section [feedbak]; did you mean [feedback]?" },
		{ "+[nonsense]\n", ":17: no section [nonsense] in a map" },
		{ "+[status.999]\nmeans = park\n", ":17: no section [status.999]" },
		{ "+[status.404]\nmeans = perhaps\n",
		  ":18: means: one of park|again|none" },
		{ "+[status.404]\nmean = park\n", ":18: mean: no key `mean` here" },
		{ "+commment = x\n", ":17: commment: no field `commment` of feedback; "
				     "did you mean `comment`?" },
		{ "+reason = x\n", ":17: reason: no field `reason`" },
		{ "+csat = y\n", ":17: `csat` is said in line 16 already" },
		{ "+comment = a[\n", ":17: comment: `a[`:" },
		{ "+scale.csat = 1..99\n", ":17: scale.csat: a scale is written" },
		{ "+scale.nps = 1..5\n", ":17: scale.nps: nps is 0..10" },
		{ "+scale.comment = 1..5\n", ":17: scale.comment: only a score" },
		{ "+values.csat = good bad\n", ":17: values.csat: `good`: values are" },
		{ "+when = a=\n", ":17: when: " },
		{ "[map]\ntitel = x\n",
		  ":2: titel: no key `titel` in [map]; did you mean `title`?" },
		{ "[map]\nsettings = channel\n", ":2: `channel` is a setting of every" },
		{ "[request]\nurl = {url}/x\n", ":2: url: no {url} here" },
		{ "[request]\nmethod = DELETE\n", ":2: method: one of GET|POST" },
		{ "[request]\nurl = https://x/{secret}\n", "url: no {secret} here" },
		{ "[request]\nquery.a = {since}\n", ":2: query.a: {since}: a time" },
		{ "[pages]\nsize = 0\n", ":2: size: a whole number from 1" },
		{ "[pages]\nstyle = scroll\n", ":2: style: one of" },
		{ "[cursor]\nstart = soon\n", "start: a time such as" },
		{ "[cursor]\nstart = 90d\n", "a map needs [request] or [hook]" },
		{ "title = x\n", ":1: `title` stands before any [section]" },
		{ "[map]\nwhat is this\n", ":2: neither `[section]` nor" },
		{ "[request]\nmethod = GET\n[feedback]\nid = id\n",
		  ":2: [request] needs `url`" },
		{ "[request]\nurl = https://x/\n[feedback]\ncsat = r\n",
		  ":4: [feedback] needs `id`" },
		{ "[request]\nurl = https://x/\n[pages]\nstyle = cursor\n[feedback]\nid "
		  "= i\n",
		  ":4: [pages] needs `next`" },
		{ "[request]\nurl = https://x/\n[cursor]\nstart = 1d\n[feedback]\nid = "
		  "i\n",
		  ":4: [cursor] needs `at`" },
		{ "[auth]\nstyle = header\n[request]\nurl = https://x/\n[feedback]\nid = "
		  "i\n",
		  ":2: [auth] needs `name`" },
		{ "[login]\nurl = https://x/\n[request]\nurl = "
		  "https://x/\n[feedback]\nid = i\n",
		  ":2: [login] needs `token`" },
		{ "[map]\nchannel = pigeon\n[hook]\nwhen = a\n[feedback]\ncsat = b\n",
		  "no such channel: pigeon" },
		{ "[map]\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1\n",
		  ":2: a key has 49 bytes" },
		{ "[map]\ntitle = "
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxx\n",
		  ":2: a line has 198 bytes" },
	};
	char text[2048];
	struct arena a;
	struct map *m;

	arena_init(&a, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool behind = rows[i].text[0] == '+';
		struct err err = ERR_NONE;

		snprintf(text, sizeof(text), "%s%s", behind ? good : "",
			 rows[i].text + behind);
		cr_expect_eq(load(text, &m, &a, &err), ERR_CONFIG, "%s", rows[i].text);
		cr_expect_geq(sv_find(sv_of(err.text), sv_of(rows[i].says)), 0,
			      "%s\nsaid: %s", rows[i].text, err.text);
	}
	arena_release(&a);
}

Test(map_read, a_map_says_its_settings_and_lines_go_on)
{
	static const char more[] =
		"[login]\nurl = {url}/login\nbody = {\"a\":\n   \"{secret}\",\n"
		"  \"b\":1}\ntoken = t\n";
	struct map_fill fill = { .secret = SV("s\"1") };
	const struct source_row *rows;
	enum channel channel = CHANNEL_OTHER;
	struct err err = ERR_NONE;
	struct arena a;
	struct map *m;
	struct buf out;
	char text[2048];
	size_t n;

	arena_init(&a, 0);
	buf_init(&out, 0);
	snprintf(text, sizeof(text), "\xef\xbb\xbf%s%s", good, more);
	cr_assert_eq(load(text, &m, &a, &err), 0, "%s", err.text);
	rows = map_rows(m, &n);
	cr_assert_eq(n, 4u);
	cr_expect_str_eq(rows[0].key, "box");
	cr_expect_str_eq(rows[0].help, "Desk");
	cr_expect_null(rows[0].preset);
	cr_expect_str_eq(rows[1].key, "overlap");
	cr_expect_str_eq(rows[1].preset, "2d");
	cr_expect_str_eq(rows[2].preset, "90d");
	cr_expect_str_eq(rows[3].preset, "!");
	cr_expect(map_pulls(m) && !map_hooks(m) && map_channel(m, &channel));
	cr_expect_eq(channel, CHANNEL_CHAT);
	cr_expect_str_eq(map_title(m), "Desk");
	map_text_fill(m->login.body, &fill, &out);
	cr_expect_str_eq(out.p, "{\"a\":\n\"s\\\"1\",\n\"b\":1}");
	cr_expect_eq(load("", &m, &a, &err), ERR_CONFIG);
	buf_release(&out);
	arena_release(&a);
}

Test(map_read, the_nearest_name_is_offered_and_own_maps_win)
{
	struct place own =
		place_of("desk.map", SV("[hook]\nwhen = a\n[feedback]\ncsat = b\n"));
	struct place shipped = place_of("desk.map", sv_of(good));
	const char *const dirs[2] = { own.dir, shipped.dir };
	struct err err = ERR_NONE;
	struct arena a;
	struct map *m;
	struct sv *names;
	size_t n;

	arena_init(&a, 0);
	cr_assert_eq(map_load(&m, dirs, SV("desk"), &a, &err), 0, "%s", err.text);
	cr_expect(map_hooks(m));
	cr_expect_eq(map_load(&m, dirs, SV("desk2"), &a, &err), ERR_MISSING);
	cr_expect_geq(sv_find(sv_of(err.text), SV("did you mean `desk`")), 0, "%s",
		      err.text);
	cr_expect_eq(map_load(&m, dirs, SV("../desk"), &a, &err), ERR_MISSING);
	cr_expect_eq(map_load(&m, dirs, SV(""), &a, &err), ERR_MISSING);
	cr_assert_eq(map_names(dirs, &a, &names, &n, &err), 0);
	cr_expect_eq(n, 1u);
	arena_release(&a);
	place_clear(&own);
	place_clear(&shipped);
}

/* Every body of every shipped map is JSON once it is filled in. */
static void check_body(const struct map_text *body, const char *type, struct sv name,
		       struct arena *a)
{
	static const struct setting_source nothing = { SV_INIT("s"), 1, NULL, 0 };
	struct source_settings s = { .name = "s", .said = &nothing };
	struct map_fill fill = { .settings = &s,
				 .size = 10,
				 .since = 1795255200123,
				 .until = 1795255200123,
				 .next = SV("n"),
				 .token = SV("t"),
				 .secret = SV("s") };
	struct err err = ERR_NONE;
	json_t *made = NULL;
	struct buf out;

	if (!body || (type && !strstr(type, "json")))
		return;
	buf_init(&out, 0);
	map_text_fill(body, &fill, &out);
	cr_expect_eq(map_json_parse(&made, buf_sv(&out), a, &err), 0, SV_FMT ": %s: %s",
		     SV_ARG(name), err.text, out.p);
	json_decref(made);
	buf_release(&out);
}

Test(map_read, all_shipped_maps_are_good)
{
	const char *const dirs[2] = { NULL, OPINIA_SOURCE_DIR "/collector/maps" };
	struct err err = ERR_NONE;
	struct arena a;
	struct sv *names;
	size_t n;

	arena_init(&a, 0);
	cr_assert_eq(map_names(dirs, &a, &names, &n, &err), 0);
	cr_expect_geq(n, 1u);
	for (size_t i = 0; i < n; i++) {
		struct map *m;

		cr_expect_eq(map_load(&m, dirs, names[i], &a, &err), 0, "%s", err.text);
		if (!m)
			continue;
		cr_expect(map_pulls(m) || map_hooks(m));
		check_body(m->login.body, m->login.content_type, names[i], &a);
		check_body(m->request.body, m->request.content_type, names[i], &a);
		check_body(m->next_ask.body, m->request.content_type, names[i], &a);
	}
	arena_release(&a);
}
