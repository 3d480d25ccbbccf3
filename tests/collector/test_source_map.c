/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_map.c: services that are asked: every style of pages brings every item, a stop costs
 * nothing, and one that misbehaves is named and not followed.
 */
#include <sys/stat.h>

#include "collector/adapter.h"
#include "core/cancel.h"
#include "tests/collector/map_files.h"
#include "tests/collector/service.h"

#define NOW 1796000000000

/* One source over the service, and what a store would hold of it. */
struct desk {
	struct service *service;
	struct bound_map map;
	struct collect_env env;
	struct place folder;
	struct source *source;
	struct batch batch;
	struct err err;
	char cursor[4096];
	int rating[ITEMS_MAX + 1];
	int known, given, pulls;
	long long last;
};

#define MAP "[map]\nsettings = url!\nchannel = chat\n"
#define AUTH "[auth]\nstyle = bearer\n"
#define FEED                                                                             \
	"[cursor]\nat = at\nstart = 100d\noverlap = 1h\nsettle = 60s\n"                  \
	"[feedback]\nid = id\ncsat = rating\ncomment = say\nanswered_at = at\n"
#define WINDOW "query.since = {since:unix}\nquery.until = {until:unix}\n"

static int desk_open(struct desk *d)
{
	struct source_config config = { .settings = &d->map.settings,
					.env = &d->env,
					.map = d->map.bound };

	return adapter_map.open(&d->source, &config, &d->err);
}

static void desk_begin(struct desk *d, struct service *s, const char *map,
		       const char *says)
{
	char text[1024];

	*d = (struct desk){ .service = s,
			    .env = { .now = NOW },
			    .folder = place_of("secret", SV("s3cret\n")) };
	cr_assert_eq(chmod(d->folder.path, 0600), 0);
	d->env.rejected_dir = d->folder.dir;
	snprintf(text, sizeof(text),
		 "url=http://127.0.0.1:%d/\nprivate=yes\nsecret_file=%s\n%s", s->port,
		 d->folder.path, says);
	begin_map(&d->map, map, text);
	cr_assert_eq(d->map.rc, 0, "%s", d->map.err.text);
	batch_init(&d->batch);
	cr_assert_eq(desk_open(d), 0, "%s", d->err.text);
}

static void desk_end(struct desk *d)
{
	adapter_map.close(d->source);
	batch_release(&d->batch);
	end_map(&d->map);
	place_clear(&d->folder);
}

/* One pull; what it gave lands. *more: there is something to ask for still. */
static int desk_pull(struct desk *d, bool *more)
{
	int rc;

	batch_reset(&d->batch);
	d->err = ERR_NONE;
	rc = adapter_map.pull(d->source, sv_of(d->cursor), &d->batch, &d->err);
	d->pulls++;
	*more = d->batch.count || d->batch.cursor.n;
	if (rc)
		return rc;
	cr_assert_leq(d->batch.count, (size_t)BATCH_RECORDS);
	for (size_t i = 0; i < d->batch.count; i++) {
		const struct record *r = &d->batch.records[i];
		int64_t id = 0;

		cr_assert_eq(record_check(r, &d->err), 0);
		cr_assert(sv_i64(r->external_id, &id) && id > 0 && id <= ITEMS_MAX);
		d->known += !d->rating[id];
		d->given++;
		d->rating[id] = r->score_count ? r->scores[0].value : -1;
		d->last = r->answered_at / 1000;
	}
	if (d->batch.cursor.n) {
		cr_expect(sv_eq(d->batch.source, SV("desk")));
		snprintf(d->cursor, sizeof(d->cursor), SV_FMT, SV_ARG(d->batch.cursor));
	}
	return 0;
}

static int desk_run(struct desk *d)
{
	bool more = true;
	int rc = 0;

	while (!rc && more)
		rc = desk_pull(d, &more);
	return rc;
}

#define NUMBER                                                                           \
	MAP AUTH "[request]\nurl = {url}/number\nquery.page = {page}\n" WINDOW           \
		 "[pages]\nstyle = number\nsize = 25\n" FEED
#define CURSOR                                                                           \
	MAP "[request]\nurl = {url}/cursor\nquery.from = {next}\n" WINDOW                \
	    "[pages]\nstyle = cursor\nnext = next\nitems = items\n" FEED
#define NEXTURL                                                                          \
	MAP "[request]\nurl = {url}/nexturl\n"                                           \
	    "[pages]\nstyle = next-url\nnext = next\nitems = items\n" FEED

Test(source_map, every_style_of_pages_brings_every_item_once)
{
	static const struct {
		const char *map;
		int pages; /* that are asked for when there are 60 items of 25 a page */
	} rows[] = {
		{ NUMBER, 3 },
		{ MAP "[request]\nurl = {url}/offset\nquery.from = {offset}\n" WINDOW
		      "[pages]\nstyle = offset\nsize = 25\n" FEED,
		  3 },
		{ MAP "[request]\nurl = {url}/offset\nquery.from = {offset}\n" WINDOW
		      "[pages]\nstyle = offset\n" FEED,
		  4 },
		{ CURSOR, 3 },
		{ MAP
		  "[request]\nmethod = POST\nurl = {url}/cursor\n"
		  "body = {\"since\":\"{since:iso_us}\"}\n"
		  "[pages]\nstyle = cursor\nnext = next\nitems = items\n"
		  "url = {url}/cursor?from={next}\nbody = {\"page\":\"{next}\"}\n" FEED,
		  3 },
		{ NEXTURL, 3 },
		{ MAP "[request]\nurl = {url}/link\n[pages]\nstyle = link\nitems = "
		      "items\n" FEED,
		  3 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service *s = service_begin(60, 25);
		struct desk d;

		desk_begin(&d, s, rows[i].map, "");
		cr_expect_eq(desk_run(&d), 0, "%zu: %s", i, d.err.text);
		cr_expect_eq(d.known, 60, "%zu: %d", i, d.known);
		cr_expect_eq(d.given, 60);
		cr_expect_eq(s->asked, rows[i].pages, "%zu: %d", i, s->asked);
		cr_expect_str_eq(d.cursor, "{\"high\":1795003540000}");
		desk_end(&d);
		service_end(s);
	}
}

Test(source_map, the_next_run_reads_an_overlap_and_brings_what_changed)
{
	struct service *s = service_begin(200, 25);
	struct desk d;
	char want[100];

	desk_begin(&d, s, NUMBER, "start=50d");
	cr_assert_eq(desk_run(&d), 0, "%s", d.err.text);
	cr_expect_str_eq(s->log[0], "GET /number page=1 from=-1 since=1791680000 "
				    "until=1796000060 auth=Bearer s3cret ");
	cr_expect_eq(d.known, 200);
	s->items[199].rating = 1;
	s->items[198].rating = 2;
	s->items[10].rating = 1;
	s->asked = d.given = d.pulls = 0;
	cr_assert_eq(desk_run(&d), 0, "%s", d.err.text);
	snprintf(want, sizeof(want), "since=%lld ", 1795000000LL + 199 * 60 - 3600);
	cr_expect(strstr(s->log[0], want) != NULL, "%s", s->log[0]);
	cr_expect_eq(d.given, 61);
	cr_expect_eq(d.rating[200], 1);
	cr_expect_eq(d.rating[199], 2);
	cr_expect_eq(d.rating[11], 1, "it was 1 before");
	desk_end(&d);
	service_end(s);
}

Test(source_map, a_stop_between_page_and_commit_costs_nothing)
{
	struct service *s = service_begin(60, 25);
	struct desk d;
	char before[4096];
	bool more;

	desk_begin(&d, s, CURSOR, "");
	cr_assert_eq(desk_pull(&d, &more), 0);
	snprintf(before, sizeof(before), "%s", d.cursor);
	cr_assert_eq(desk_pull(&d, &more), 0);
	adapter_map.close(d.source); /* killed: the second page never landed */
	memset(&d.rating[26], 0, sizeof(d.rating) - 26 * sizeof(d.rating[0]));
	d.known = 25;
	snprintf(d.cursor, sizeof(d.cursor), "%s", before);
	cr_assert_eq(desk_open(&d), 0);
	s->asked = 0;
	s->count = 61; /* one came in the meantime */
	s->items[60] = (struct item){ 61, 5, 1795003600 };
	cr_assert_eq(desk_run(&d), 0, "%s", d.err.text);
	cr_expect(strstr(s->log[0], "from=25") != NULL, "%s", s->log[0]);
	cr_expect_eq(d.known, 61);
	snprintf(d.cursor, sizeof(d.cursor), "%s",
		 before); /* it did not land after all */
	d.given = 0;
	cr_assert_eq(desk_run(&d), 0);
	cr_expect_eq(d.given, 36, "%d", d.given);
	snprintf(d.cursor, sizeof(d.cursor), "%s", before);
	adapter_map.close(d.source);
	cr_assert_eq(desk_open(&d), 0);
	s->gone = true;
	d.given = 0;
	cr_expect_eq(desk_run(&d), ERR_CONFIG, "a page that is gone begins the run anew");
	cr_expect_eq(d.given, 25);
	snprintf(d.cursor, sizeof(d.cursor), "no cursor of ours");
	s->gone = false;
	cr_expect_eq(desk_run(&d), 0);
	desk_end(&d);
	service_end(s);
}

Test(source_map, a_page_larger_than_a_batch_is_given_in_parts)
{
	struct service *s = service_begin(5000, 5000);
	char first[4096];
	struct desk d;
	bool more;

	desk_begin(&d, s, CURSOR, "");
	s->size = 6000;
	cr_assert_eq(desk_pull(&d, &more), 0);
	cr_expect_eq(d.known, 2048);
	snprintf(first, sizeof(first), "%s", d.cursor);
	cr_assert_eq(desk_pull(&d, &more), 0);
	cr_expect_eq(s->asked, 1, "from memory");
	snprintf(d.cursor, sizeof(d.cursor), "%s",
		 first); /* the second part did not land */
	cr_assert_eq(desk_run(&d), 0);
	cr_expect_eq(s->asked, 2);
	cr_expect_eq(d.known, 5000);
	cr_expect_eq(d.given, 5000 + 2048);
	desk_end(&d);
	service_end(s);
}

Test(source_map, pages_that_do_not_move_on_are_an_error)
{
	static const struct {
		const char *map, *elsewhere, *says;
		bool stuck;
	} rows[] = {
		{ NUMBER, NULL, "the same one twice", true },
		{ CURSOR, NULL, "the same one twice", true },
		{ NEXTURL, NULL, "the same one twice", true },
		{ NEXTURL, "https://evil.example", "leads to another place", false },
		{ NEXTURL, "//evil.example", "leads to another place", false },
		{ MAP "[request]\nurl = {url}/number\nquery.page = {page}\n"
		      "[pages]\nstyle = number\nsize = 25\nmax = 2\n" FEED,
		  NULL, "more than 2 pages in one go", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service *s = service_begin(60, 25);
		struct desk d;

		s->stuck = rows[i].stuck;
		s->elsewhere = rows[i].elsewhere;
		desk_begin(&d, s, rows[i].map, "");
		cr_expect_eq(desk_run(&d), ERR_UNAVAILABLE, "%zu: %s", i, d.err.text);
		cr_expect(strstr(d.err.text, rows[i].says) != NULL, "%zu: %s", i,
			  d.err.text);
		cr_expect_leq(s->asked, 3);
		desk_end(&d);
		service_end(s);
	}
}

#define STATUSES                                                                         \
	"[status.403]\nmeans = park\nsay = not in the plan\n[status.404]\nmeans = "      \
	"none\n"                                                                         \
	"[status.409]\nmeans = again\n"
#define ERRORS "error = error\n"

Test(source_map, what_a_service_says_instead_is_understood)
{
	static const struct {
		int status, times;
		const char *retry, *body;
		int rc;
		const char *says; /* NULL: all is well */
		int known;
	} rows[] = {
		{ 403, 9, NULL, NULL, ERR_CONFIG, "(status 403): not in the plan", 0 },
		{ 404, 9, NULL, NULL, 0, NULL, 0 },
		{ 409, 9, NULL, NULL, ERR_AGAIN, "(status 409)", 0 },
		{ 204, 9, NULL, NULL, 0, NULL, 0 },
		{ 401, 9, NULL, NULL, ERR_CONFIG, "login", 0 },
		{ 500, 9, NULL, NULL, ERR_UNAVAILABLE, "it says: no \xef\xbf\xbd[31mluck",
		  0 },
		{ 429, 1, "0", NULL, 0, NULL, 30 },
		{ 503, 1, "1", NULL, 0, NULL, 30 },
		{ 429, 9, "120", NULL, ERR_AGAIN, "again in 120 s", 0 },
		{ 301, 9, NULL, NULL, ERR_CONFIG, "moved", 0 },
		{ 0, 0, NULL, "<html>Ana are mere</html>", ERR_UNAVAILABLE,
		  "content type text/html, 25 bytes", 0 },
		{ 0, 0, NULL, "{\"error\":\"bad box\"}", ERR_UNAVAILABLE, "bad box", 0 },
		{ 0, 0, NULL, "{\"say\":\"Ana\"}", ERR_UNAVAILABLE, "has no list", 0 },
		{ 0, 0, NULL, "{\"items\":[]}", 0, NULL, 0 },
		{ 0, 0, NULL, "{\"items\":null,\"error\":\"none\"}", 0, NULL, 0 },
		{ 0, 0, NULL,
		  "{\"items\":[{\"id\":1,\"rating\":9},{\"id\":2,\"rating\":5}]}", 0,
		  NULL, 1 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service *s = service_begin(30, 50);
		struct desk d;

		desk_begin(&d, s,
			   MAP AUTH
			   "[request]\nurl = {url}/cursor\n" ERRORS
			   "none = error=none\n[pages]\nitems = items\n" STATUSES FEED,
			   "");
		s->status = rows[i].status;
		s->times = rows[i].times;
		s->retry = rows[i].retry;
		s->body = rows[i].body;
		cr_expect_eq(desk_run(&d), rows[i].rc, "%zu: %s", i, d.err.text);
		cr_expect_eq(d.known, rows[i].known, "%zu: %d", i, d.known);
		if (rows[i].says)
			cr_expect(strstr(d.err.text, rows[i].says) != NULL, "%zu: %s", i,
				  d.err.text);
		cr_expect_null(strstr(d.err.text, "Ana"), "no customer's words");
		cr_expect_null(strstr(d.err.text, "s3cret"), "no secret");
		desk_end(&d);
		service_end(s);
	}
}

#define LOGIN                                                                            \
	MAP "[login]\nurl = {url}/login\nbody = {\"password\":\"{secret}\"}\ntoken = "   \
	    "token\n"                                                                    \
	    "lifetime = 30m\n[request]\nurl = {url}/cursor\nquery.from = {next}\n"       \
	    "header.X-Token = {token}\n"                                                 \
	    "[pages]\nstyle = cursor\nnext = next\nitems = items\n" FEED

Test(source_map, a_login_is_made_once_and_again_when_it_is_over)
{
	struct service *s = service_begin(60, 25);
	struct desk d;
	bool more;

	s->token = "first";
	desk_begin(&d, s, LOGIN, "");
	cr_assert_eq(desk_pull(&d, &more), 0, "%s", d.err.text);
	cr_expect_str_eq(s->log[0],
			 "POST /login page=-1 from=-1 since=-1 until=-1 auth=- "
			 "{\"password\":\"s3cret\"}");
	s->token = "second"; /* the session is over */
	cr_assert_eq(desk_run(&d), 0, "%s", d.err.text);
	cr_expect_eq(s->logins, 2);
	cr_expect_eq(d.known, 60);
	s->status = 401;
	s->times = 100;
	cr_expect_eq(desk_run(&d), ERR_CONFIG, "%s", d.err.text);
	cr_expect_eq(s->logins, 3);
	desk_end(&d);
	service_end(s);
}

Test(source_map, an_answer_in_base64_is_read_and_an_error_with_200_is_one)
{
	static const struct {
		const char *body;
		int rc, known;
	} rows[] = {
		/* {"responses":[{"id":"3","rating":"4"}]} */
		{ "{\"result\":\"eyJyZXNwb25zZXMiOlt7ImlkIjoiMyIsInJhdGluZyI6IjQifV19\"}",
		  0, 1 },
		{ "{\"result\":{\"status\":\"No Data, survey table empty.\"}}", 0, 0 },
		{ "{\"result\":{\"status\":\"Invalid session key\"}}", ERR_UNAVAILABLE,
		  0 },
		{ "{\"result\":\"@@@@\"}", ERR_UNAVAILABLE, 0 },
		{ "{\"result\":\"eyJ4\"}", ERR_UNAVAILABLE, 0 },
	};
	static const char map[] =
		MAP "[request]\nurl = {url}/x\ndecode = base64-json\ndecode_at = result\n"
		    "good = !result.status\nerror = result.status\n"
		    "none = result.status~'No Data'\n[pages]\nitems = responses\n"
		    "[feedback]\nid = id\ncsat = rating\n";

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct service *s = service_begin(0, 25);
		struct desk d;

		s->body = rows[i].body;
		desk_begin(&d, s, map, "");
		cr_expect_eq(desk_run(&d), rows[i].rc, "%zu: %s", i, d.err.text);
		cr_expect_eq(d.known, rows[i].known, "%zu", i);
		desk_end(&d);
		service_end(s);
	}
}

Test(source_map, questions_and_totals_are_asked_once_a_run)
{
	static const char map[] = MAP
		"[request]\nurl = {url}/x\n[pages]\nitems = rows\n"
		"[questions]\nurl = {url}/survey\nitems = q\nid = id\ntype = type\n"
		"types = rate=csat nps=nps text=comment\nscale = range\nvalues = data\n"
		"[totals]\nurl = {url}/totals\nasked = sent\nanswered = by[*].n\n"
		"[feedback]\nid = id\n";
	struct service *s = service_begin(0, 25);
	struct desk d;
	struct buf told;
	bool more;

	buf_init(&told, 0);
	desk_begin(&d, s, map, "");
	s->body = "{\"rows\":[{\"id\":1,\"data\":{\"a\":5,\"b\":9,\"c\":\"Świetnie\","
		  "\"d\":\"x\"}},"
		  "{\"id\":2,\"data\":{\"a\":\"\",\"b\":null}},{\"id\":3,\"data\":{\"a\":"
		  "6}}]}";
	cr_assert_eq(desk_pull(&d, &more), 0, "%s", d.err.text);
	cr_assert_eq(d.batch.count, 1u);
	tell_record(&told, &d.batch.records[0]);
	cr_expect_str_eq(told.p, "page 1, item 1|feedback|chat|1|Świetnie|csat=5/1..5|"
				 "nps=9/0..10\n");
	cr_expect(sv_eq(d.batch.records[0].scores[1].question, SV("b")));
	cr_expect_eq(d.source->progress.rejected, 1u, "6 of 5 points");
	cr_assert_eq(d.source->tally_count, 3u);
	cr_expect_eq(d.source->tallies[0].n, 1u, "asked and not answered");
	cr_expect_eq(d.source->tallies[1].n, 100u);
	cr_expect_eq(d.source->tallies[2].n, 60u);
	cr_expect_eq(s->asked, 3);
	desk_end(&d);
	service_end(s);
	buf_release(&told);
}

struct told {
	struct buf text;
};

static void tell(void *self, const char *what, const char *detail)
{
	buf_printf(&((struct told *)self)->text, "%s: %s\n", what, detail ? detail : "");
}

Test(source_map, a_test_goes_step_by_step_and_stores_nothing)
{
	struct service *s = service_begin(60, 25);
	struct told told;
	struct source_steps steps = { tell, &told };
	struct desk d;

	buf_init(&told.text, 0);
	desk_begin(&d, s, NUMBER, "");
	s->items[0].rating = 9;
	cr_expect_eq(adapter_map.test(d.source, &steps, &d.err), 0, "%s", d.err.text);
	cr_expect(strstr(told.text.p, "the first page: 25 items\n") != NULL, "%s",
		  told.text.p);
	cr_expect(strstr(told.text.p, "a sample record: feedback: csat=2 (1..5) id=1* "
				      "comment=4* at=2026-11-18T11:07:40Z\n") != NULL,
		  "%s", told.text.p);
	cr_expect_eq(desk_run(&d), 0, "%s", d.err.text);
	cr_expect_eq(d.known, 59);
	cr_expect_eq(d.source->progress.rejected, 1u);
	cr_expect_eq(d.source->reject_count, 1u);
	s->status = 403;
	s->times = 9;
	cr_expect_eq(adapter_map.test(d.source, &steps, &d.err), ERR_CONFIG);
	desk_end(&d);
	service_end(s);
	buf_release(&told.text);
}

Test(source_map, it_stops_when_asked_and_says_what_it_lacks)
{
	struct service *s = service_begin(60, 25);
	struct cancel cancel;
	struct desk d;
	struct err err;
	bool more;

	cr_assert_eq(cancel_init(&cancel, &err), 0);
	desk_begin(&d, s, NUMBER, "");
	adapter_map.close(d.source);
	d.env.cancel = &cancel;
	cr_assert_eq(desk_open(&d), 0);
	cancel_ask(&cancel);
	cr_expect_eq(desk_pull(&d, &more), ERR_AGAIN);
	adapter_map.close(d.source);
	cr_assert_eq(unlink(d.folder.path), 0);
	cr_expect_eq(desk_open(&d), ERR_CONFIG);
	cr_expect_null(d.source);
	spill(d.folder.path, SV("x\n"));
	desk_end(&d);
	cancel_release(&cancel);
	service_end(s);
}
