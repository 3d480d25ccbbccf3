/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_map.c: a service that is asked as its map says (docs/formats/map.md): one pull, one page.
 * What is in memory of a page only spares asking for it again; where it goes on is in the cursor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/adapter.h"
#include "collector/map_page.h"
#include "core/i18n.h"
#include "core/utf8.h"

struct map_source {
	struct source base;
	const struct map_bound *bound;
	const struct collect_env *env;
	struct map_session session;
	struct map_page page;
	struct aside aside;
	struct map_questions *questions; /* NULL: not asked for yet */
	struct arena known;		 /* texts of the questions */
	struct map_mark mark;
	struct arena kept; /* what mark.next looks at */
	struct buf given;  /* the cursor that was given out last */
	bool finished;	   /* and that was the end of a run */
	bool resumed;	   /* the run was begun by another program, or before a failure */
};

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

static void map_close(struct source *s)
{
	struct map_source *ms = (struct map_source *)s;

	if (!ms)
		return;
	map_session_close(&ms->session);
	map_page_release(&ms->page);
	aside_release(&ms->aside);
	arena_release(&ms->kept);
	arena_release(&ms->known);
	buf_release(&ms->given);
	free(ms->questions);
	free(ms);
}

static int map_open(struct source **out, const struct source_config *config,
		    struct err *err)
{
	struct map_source *ms = calloc(1, sizeof(*ms));
	int rc;

	*out = NULL;
	if (!ms)
		return no_memory(err);
	ms->base.adapter = &adapter_map;
	ms->bound = config->map;
	ms->env = config->env;
	ms->aside.fd = -1;
	map_page_init(&ms->page);
	arena_init(&ms->kept, 0);
	arena_init(&ms->known, 1 << 20);
	buf_init(&ms->given, 0);
	if (!config->map || !map_pulls(config->map->map))
		rc = err_set(err, ERR_CONFIG,
			     "it is not asked: it calls by itself (see `opinia serve`)");
	else
		rc = map_session_open(&ms->session, config->map, config->env, err);
	aside_init(&ms->aside, config->env->rejected_dir, config->settings->name);
	if (rc) {
		map_close(&ms->base);
		return rc;
	}
	*out = &ms->base;
	return 0;
}

/* ---- once a run ---------------------------------------------------------------------------- */

/* The window of a new run: from a while before the newest that is known, to now. */
static void begin_run(struct map_source *ms)
{
	const struct map *m = ms->bound->map;
	int64_t now = map_session_now(&ms->session);
	struct map_mark *mark = &ms->mark;

	mark->running = true;
	mark->since = mark->until = mark->newest = TIME_NONE;
	if (m->has_cursor) {
		mark->since = mark->high == TIME_NONE
				      ? now - ms->bound->start_ms
				      : mark->high - ms->bound->overlap_ms;
		mark->until = now + m->settle_ms;
		if (mark->since < 0)
			mark->since = 0;
	}
	map_page_first(&ms->page, m, mark);
	ms->resumed = false;
}

static struct map_fill window(const struct map_source *ms)
{
	return (struct map_fill){ .page = -1,
				  .offset = -1,
				  .size = -1,
				  .since = ms->mark.since,
				  .until = ms->mark.until };
}

static int ask_questions(struct map_source *ms, struct err *err)
{
	const struct map *m = ms->bound->map;
	struct map_fill fill = window(ms);
	struct http_answer answer;
	struct arena a;
	json_t *whole = NULL;
	int rc;

	if (!m->has_questions || ms->questions)
		return 0;
	arena_init(&a, 0);
	rc = map_session_ask(&ms->session, &m->questions.ask, NULL, &fill, NULL, &a,
			     &answer, &whole, err);
	if (!rc) {
		arena_reset(&ms->known);
		ms->questions = calloc(1, sizeof(*ms->questions));
		if (!ms->questions ||
		    map_questions_take(m, whole, &ms->known, ms->questions))
			rc = no_memory(err);
	}
	json_decref(whole);
	arena_release(&a);
	return rc ? err_at(err, "questions") : 0;
}

static uint64_t sum(const struct map_path *p, const json_t *whole)
{
	const struct map_at at = { .item = whole, .whole = whole };
	const json_t *found[MAP_FOUND_MAX];
	size_t n = map_path_all(p, &at, found, MAP_FOUND_MAX);
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		if (json_is_integer(found[i]) && json_integer_value(found[i]) > 0)
			all += (uint64_t)json_integer_value(found[i]);
	return all;
}

/* Only told, never stored: that they cannot be had spoils nothing. */
static void ask_totals(struct map_source *ms)
{
	const struct map *m = ms->bound->map;
	struct map_fill fill = window(ms);
	struct http_answer answer;
	struct arena a;
	json_t *whole = NULL;

	if (!m->has_totals)
		return;
	arena_init(&a, 0);
	if (!map_session_ask(&ms->session, &m->totals.ask, NULL, &fill, NULL, &a, &answer,
			     &whole, NULL) &&
	    whole) {
		source_tally(&ms->base, N_("asked, says the service"),
			     sum(m->totals.asked, whole));
		source_tally(&ms->base, N_("answered, says the service"),
			     sum(m->totals.answered, whole));
	}
	json_decref(whole);
	arena_release(&a);
}

static void end_run(struct map_source *ms)
{
	struct map_mark *mark = &ms->mark;
	int64_t now = map_session_now(&ms->session);

	if (mark->newest != TIME_NONE && mark->newest > now)
		mark->newest = now; /* a clock that is ahead must not skip a day */
	if (mark->newest != TIME_NONE && mark->newest > mark->high)
		mark->high = mark->newest;
	ask_totals(ms);
	free(ms->questions); /* a survey may change until the next run */
	ms->questions = NULL;
	mark->running = false;
	ms->finished = true;
}

/* ---- one page ------------------------------------------------------------------------------ */

/* The place that the cursor names goes away with time: then the run begins again. */
static bool gone(const struct map_source *ms)
{
	int status = ms->page.answer.status;

	return ms->resumed && ms->mark.next.n &&
	       (status == 400 || status == 404 || status == 410 || status == 422);
}

static int fetch(struct map_source *ms, struct err *err)
{
	int rc = ask_questions(ms, err);

	if (!rc)
		rc = map_page_fetch(&ms->page, &ms->session, &ms->mark, err);
	if ((rc == ERR_CONFIG || (!rc && !ms->page.whole)) && gone(ms)) {
		begin_run(ms);
		rc = map_page_fetch(&ms->page, &ms->session, &ms->mark, err);
	}
	ms->resumed = false;
	return rc;
}

static void tell(struct map_source *ms, const struct map_made *made)
{
	struct import_progress *p = &ms->base.progress;

	p->rows++;
	p->records += made->records;
	p->rejected += made->rejected;
	if (made->unanswered)
		source_tally(&ms->base, N_("asked and not answered"), made->unanswered);
	if (made->at != TIME_NONE && made->at > ms->mark.newest)
		ms->mark.newest = made->at;
}

static int take_items(struct map_source *ms, struct batch *out, bool *full,
		      struct err *err)
{
	const struct map_run run = { .bound = ms->bound, .questions = ms->questions };
	struct map_mark *mark = &ms->mark;
	size_t n = map_page_size(&ms->page);
	struct map_made made;
	char place[80];
	int rc = 0;

	for (*full = false; (size_t)mark->item < n; mark->item++) {
		if (cancel_asked(ms->env->cancel))
			return cancel_said(err);
		snprintf(place, sizeof(place), "page %lld, item %lld",
			 (long long)mark->page, (long long)mark->item + 1);
		rc = map_make(&run, map_page_item(&ms->page, (size_t)mark->item),
			      ms->page.whole, ms->bound->map->each, place, &ms->aside,
			      out, &made, err);
		*full = made.full;
		if (rc || made.full)
			break;
		tell(ms, &made);
	}
	return rc;
}

/* Where it goes on, into @out; nothing where it would be the cursor that there is. */
static int give_cursor(struct map_source *ms, struct sv cursor, struct batch *out,
		       struct err *err)
{
	struct sv text;

	if (!map_mark_write(&ms->mark, &out->arena, &text) ||
	    !arena_copy(&out->arena, ms->bound->source, &out->source))
		return no_memory(err);
	if (!out->count && ms->finished &&
	    (sv_eq(text, cursor) || (!cursor.n && sv_eq(text, SV("{}"))))) {
		ms->finished = false;
		out->source = (struct sv){ NULL, 0 };
		return 0;
	}
	buf_clear(&ms->given);
	buf_sv_put(&ms->given, text);
	if (!buf_ok(&ms->given))
		return no_memory(err);
	out->cursor = text;
	return 0;
}

/* Forget where we are: the cursor is of somebody else, or what was given out did not land. */
static int take_cursor(struct map_source *ms, struct sv cursor, struct err *err)
{
	ms->finished = false;
	map_page_forget(&ms->page);
	arena_reset(&ms->kept);
	ms->page.before = 0;
	ms->page.count = 0;
	if (!map_mark_read(&ms->mark, cursor, &ms->kept))
		return no_memory(err);
	ms->resumed = ms->mark.running;
	return 0;
}

static int pull_page(struct map_source *ms, struct batch *out, struct err *err)
{
	bool full = false, last = true;
	int rc = 0;

	if (!ms->mark.running)
		begin_run(ms);
	if (!ms->page.whole)
		rc = fetch(ms, err);
	if (!rc)
		rc = take_items(ms, out, &full, err);
	if (rc || full)
		return rc;
	rc = map_page_next(&ms->page, &ms->session, &ms->mark, &last, &ms->kept, err);
	map_page_forget(&ms->page);
	if (!rc && last)
		end_run(ms);
	return rc;
}

static int map_pull(struct source *s, struct sv cursor, struct batch *out,
		    struct err *err)
{
	struct map_source *ms = (struct map_source *)s;
	bool ours = sv_eq(cursor, buf_sv(&ms->given)) && ms->given.n;
	int rc = 0;

	ms->session.waited_ms = ms->session.again_ms = 0;
	ms->session.fresh = false;
	if (ours && ms->finished) {
		ms->finished = false;
		return 0; /* up to date; the next pull asks again */
	}
	if (!ours)
		rc = take_cursor(ms, cursor, err);
	if (!rc)
		rc = pull_page(ms, out, err);
	if (!rc)
		rc = aside_sync(&ms->aside, err);
	if (!rc)
		rc = give_cursor(ms, cursor, out, err);
	if (rc)
		buf_clear(&ms->given); /* the next pull reads its cursor anew */
	s->again_ms = rc ? ms->session.again_ms : 0;
	s->rejects = ms->aside.said;
	s->reject_count = ms->aside.said_count;
	s->rejected_path = ms->aside.count ? ms->aside.path : NULL;
	return rc;
}

/* ---- sources test ---------------------------------------------------------------------------- */

/* What a record says, for people who must not read it: names, scores, lengths. */
static void describe(const struct record *r, struct buf *out)
{
	const struct {
		const char *name;
		struct sv text;
	} texts[] = { { "id", r->external_id },	 { "customer", r->customer },
		      { "agent", r->agent },	 { "team", r->team },
		      { "queue", r->queue },	 { "interaction", r->interaction },
		      { "comment", r->comment }, { "language", r->language } };

	buf_printf(out, "%s:", record_kind_name(r->kind));
	for (size_t i = 0; i < r->score_count; i++)
		buf_printf(out, " %s=%d (%d..%d)", score_kind_name(r->scores[i].kind),
			   r->scores[i].value, r->scores[i].min, r->scores[i].max);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].text.n)
			buf_printf(out, " %s=%zu*", texts[i].name,
				   utf8_count(texts[i].text));
	if (record_clock(r) != TIME_NONE) {
		char when[WHEN_TEXT_MAX];

		when_format(record_clock(r), when);
		buf_printf(out, " at=%s", when);
	}
}

/* The first items until one of them is a record, into a batch that nobody lands. */
static int test_record(struct map_source *ms, struct source_steps *steps, struct err *err)
{
	const struct map_run run = { .bound = ms->bound, .questions = ms->questions };
	struct aside nowhere = { .fd = -1 };
	struct map_made made = { 0 };
	struct batch b;
	struct buf said;
	int rc = 0;

	batch_init(&b);
	buf_init(&said, 4096);
	for (size_t i = 0; i < map_page_size(&ms->page) && !rc && !b.count; i++)
		rc = map_make(&run, map_page_item(&ms->page, i), ms->page.whole,
			      ms->bound->map->each, "item", &nowhere, &b, &made, err);
	if (!rc && b.count) {
		describe(&b.records[0], &said);
		steps_ok(steps, N_("a sample record"), said.p);
	} else if (!rc && nowhere.said_count) {
		rc = err_set(err, ERR_CONFIG, "no item becomes a record: %s",
			     nowhere.said[0].why);
	} else if (!rc) {
		steps_ok(steps, N_("a sample record"), _("nothing there yet"));
	}
	aside_release(&nowhere);
	buf_release(&said);
	batch_release(&b);
	return rc;
}

static int map_test(struct source *s, struct source_steps *steps, struct err *err)
{
	struct map_source *ms = (struct map_source *)s;
	struct map_fill fill = window(ms);
	const char *url = NULL;
	char detail[80];
	struct arena a;
	int rc;

	ms->mark = (struct map_mark){ .high = TIME_NONE };
	map_page_forget(&ms->page);
	begin_run(ms);
	arena_init(&a, 0);
	rc = map_session_url(&ms->session, &ms->bound->map->request, NULL, &fill, &a,
			     &url, err);
	if (!rc)
		rc = http_steps(ms->session.http, url, steps, err);
	if (!rc && ms->bound->map->has_login) {
		rc = map_session_login(&ms->session, false, err);
		if (!rc)
			steps_ok(steps, N_("login"), NULL);
	}
	if (!rc)
		rc = fetch(ms, err);
	if (!rc) {
		snprintf(detail, sizeof(detail), _("%zu items"),
			 map_page_size(&ms->page));
		steps_ok(steps, N_("the first page"), detail);
		rc = test_record(ms, steps, err);
	}
	map_page_forget(&ms->page);
	ms->mark = (struct map_mark){ .high = TIME_NONE };
	buf_clear(&ms->given);
	arena_release(&a);
	return rc;
}

const struct adapter adapter_map = {
	.kind = "map",
	.summary = "a service with an address, as its map says",
	.open = map_open,
	.pull = map_pull,
	.test = map_test,
	.close = map_close,
};
