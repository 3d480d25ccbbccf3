/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: the four questions of docs/performance.md to the store that import.c left behind, and to
 * SQLite: over its topic table ("scan") and over its roll-up table. Both must give the same
 * answer before any time is taken. A figure is the median of many single answers, warm.
 *
 *	query --lexicon FILE --data FOLDER [--opinia PROGRAM] [--rounds N]
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "bench/opened.h"
#include "bench/sqlite_peer.h"

#define TOPIC "delivery.courier"
#define WORD "curierul"
#define PHRASE "nu merge"

enum { ROUNDS = 300, ROUNDS_SLOW = 15, PAGE = 50, SECONDS_SLOW = 20 };

struct bench {
	struct opened o;
	struct opinia_snapshot *snap;
	struct peer *peer;
	struct arena arena, filters;
	int32_t last; /* the last day there is */
	int topic;
	long rounds;
};

/* A question to one of the engines. Its answer is a number that must be the same in all. */
struct question {
	struct bench *b;
	const struct filter *f, *before;
	const struct opinia_by *by;
	size_t by_count;
	sqlite3_stmt *s;
	uint64_t (*answer)(struct question *q);
};

/* ---- ours ---------------------------------------------------------------------------------- */

static uint64_t points(const struct scale_counts *s, int16_t from, int16_t to)
{
	uint64_t n = 0;

	for (int16_t v = from; v <= to; v++)
		n += s->at[v - s->min];
	return n;
}

/* One number out of all figures of a part, so that a difference in any of them shows. */
static uint64_t mix(uint64_t n, uint64_t csat, uint64_t good, uint64_t nps,
		    uint64_t promoters, uint64_t detractors)
{
	return n + 3 * csat + 5 * good + 7 * nps + 11 * promoters + 13 * detractors;
}

static uint64_t ours_weekly(struct question *q)
{
	struct err err = ERR_NONE;
	struct opinia_group *g;
	uint64_t sum = 0;
	size_t n;

	arena_reset(&q->b->arena);
	must(opinia_groups(q->b->snap, q->f, q->by, q->by_count, &q->b->arena, &g, &n,
			   &err),
	     &err);
	for (size_t i = 0; i < n; i++) {
		const struct scale_counts *csat = &g[i].counts.score[SCORE_CSAT][0];
		const struct scale_counts *nps = &g[i].counts.score[SCORE_NPS][0];
		bool has_csat = g[i].counts.scales[SCORE_CSAT] > 0;
		bool has_nps = g[i].counts.scales[SCORE_NPS] > 0;

		sum += mix(g[i].counts.records, has_csat ? scale_total(csat) : 0,
			   has_csat ? points(csat, 4, 5) : 0,
			   has_nps ? scale_total(nps) : 0,
			   has_nps ? points(nps, 9, 10) : 0,
			   has_nps ? points(nps, 0, 6) : 0);
	}
	return sum * 1000 + n;
}

/* Both periods; each topic's rise is weighed by nothing here: only the counts are compared. */
static uint64_t ours_rising(struct question *q)
{
	uint64_t sum[2] = { 0, 0 };

	arena_reset(&q->b->arena);
	for (int k = 0; k < 2; k++) {
		struct err err = ERR_NONE;
		struct opinia_group *g;
		size_t n;

		must(opinia_group_moods(q->b->snap, k ? q->before : q->f, q->by,
					q->by_count, &q->b->arena, &g, &n, &err),
		     &err);
		for (size_t i = 0; i < n; i++)
			if (g[i].key[0].n)
				sum[k] += g[i].counts.sentiment[SENTIMENT_NEG];
	}
	return sum[0] * 1000000 + sum[1];
}

static uint64_t ours_count(struct question *q)
{
	struct err err = ERR_NONE;
	uint64_t n;

	must(opinia_count(q->b->snap, q->f, &n, &err), &err);
	return n;
}

static uint64_t ours_newest(struct question *q)
{
	struct opinia_page page = { .limit = PAGE };
	struct err err = ERR_NONE;
	uint64_t bytes = 0;
	uint32_t *ids;
	size_t n;

	arena_reset(&q->b->arena);
	must(opinia_select(q->b->snap, q->f, &page, &q->b->arena, &ids, &n, &err), &err);
	for (size_t i = 0; i < n; i++) {
		struct opinia_stored doc;

		must(opinia_fetch(q->b->snap, ids[i], &q->b->arena, &doc, &err), &err);
		bytes += doc.record.comment.n;
	}
	return page.total * 1000000 + bytes;
}

/* ---- the peer's ---------------------------------------------------------------------------- */

static uint64_t rows_of(sqlite3_stmt *s, uint64_t *rows)
{
	uint64_t sum = 0;
	int rc;

	*rows = 0;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		uint64_t c[6] = { 0 };
		int n = sqlite3_column_count(s);

		/* Two columns of key, then figures; or figures alone. */
		for (int i = n > 6 ? 2 : 0; i < n; i++)
			c[n > 6 ? i - 2 : i] = (uint64_t)sqlite3_column_int64(s, i);
		sum += n > 6 ? mix(c[0], c[1], c[2], c[3], c[4], c[5]) : 0;
		if (n <= 2)
			sum += c[0] * (n == 2 ? 1000000 : 1) + c[1];
		++*rows;
	}
	if (rc != SQLITE_DONE)
		die("sqlite: a question failed");
	sqlite3_reset(s);
	return sum;
}

static uint64_t peer_weekly(struct question *q)
{
	uint64_t rows, sum = rows_of(q->s, &rows);

	return sum * 1000 + rows;
}

static uint64_t peer_sum(struct question *q)
{
	uint64_t rows;

	return rows_of(q->s, &rows);
}

static uint64_t peer_newest(struct question *q)
{
	uint64_t bytes = 0, total = 0;

	while (sqlite3_step(q->s) == SQLITE_ROW) {
		bytes += (uint64_t)sqlite3_column_bytes(q->s, 0);
		total = (uint64_t)sqlite3_column_int64(q->s, 1);
	}
	sqlite3_reset(q->s);
	return total * 1000000 + bytes;
}

/* ---- asking -------------------------------------------------------------------------------- */

static double microseconds(struct question *q)
{
	double began = seconds_now();
	struct rounds r = { .n = 0 };

	for (long i = 0; i < q->b->rounds; i++) {
		double t = seconds_now();

		q->answer(q);
		rounds_add(&r, (seconds_now() - t) * 1e6);
		if (i >= ROUNDS_SLOW && seconds_now() - began > SECONDS_SLOW)
			break;
	}
	return rounds_median(&r);
}

static const struct filter *filter_of(struct bench *b, const char *text, int32_t first,
				      int32_t last)
{
	struct opinia_filter_env env = {
		.zone = opinia_store_zone(b->o.store),
		.taxonomy = opinia_analyzer_taxonomy(b->o.analyzer),
	};
	struct err err = ERR_NONE;
	struct filter *f;

	must(opinia_filter_parse(sv_of(text), &env, &b->filters, &f, &err), &err);
	if (first != INT32_MIN)
		f = opinia_filter_days(f, first, last, &b->filters);
	if (!f)
		die("out of memory");
	return f;
}

static void same(const char *what, uint64_t ours, uint64_t theirs)
{
	if (ours != theirs)
		die("%s: opinia says %llu, SQLite %llu", what, (unsigned long long)ours,
		    (unsigned long long)theirs);
}

static double say(const char *name, double us, double ours, const char *target)
{
	table_row(name, ours > 0 ? ratio_text(us, ours) : "1", target,
		  us >= 1000 ? "%.2f ms" : "%.1f us", us >= 1000 ? us / 1000 : us);
	return us;
}

static struct question peer_question(struct bench *b, const char *sql,
				     uint64_t (*answer)(struct question *q))
{
	return (struct question){ .b = b, .s = peer_ask(b->peer, sql), .answer = answer };
}

#define WEEKLY_SUMS                                                                      \
	"count(*), count(csat), sum(csat >= 4), count(nps), sum(nps >= 9), sum(nps <= "  \
	"6)"
#define WEEKLY_ROLLED                                                                    \
	"sum(n), sum(csat_n), sum(csat_good), sum(nps_n), sum(promoters), "              \
	"sum(detractors)"

static void ask_weekly(struct bench *b)
{
	struct opinia_by by[3];
	struct err err = ERR_NONE;
	size_t n;
	int32_t last = day_week_start(b->last) - 1, first = last - 52 * 7 + 1;
	struct question ours = { .b = b, .by = by, .answer = ours_weekly };
	struct question scan =
		peer_question(b,
			      "SELECT (day + 3) / 7, channel, " WEEKLY_SUMS
			      " FROM topic WHERE topic = ?1 AND day BETWEEN ?2 AND ?3"
			      " GROUP BY 1, 2",
			      peer_weekly);
	struct question roll =
		peer_question(b,
			      "SELECT (day + 3) / 7, channel, " WEEKLY_ROLLED
			      " FROM roll WHERE topic = ?1 AND channel BETWEEN 0 AND 4"
			      " AND day BETWEEN ?2 AND ?3 GROUP BY 1, 2",
			      peer_weekly);
	sqlite3_stmt *both[] = { scan.s, roll.s };
	double us;

	must(opinia_by_parse(SV("week,channel"), by, &n, &err), &err);
	ours.by_count = n;
	ours.f = filter_of(b, "topic:" TOPIC, first, last);
	for (int i = 0; i < 2; i++) {
		sqlite3_bind_int(both[i], 1, b->topic);
		sqlite3_bind_int(both[i], 2, first);
		sqlite3_bind_int(both[i], 3, last);
	}
	same("Q1 scan", ours.answer(&ours), scan.answer(&scan));
	same("Q1 roll-up", ours.answer(&ours), roll.answer(&roll));
	us = say("Q1 weekly CSAT and NPS of a topic by channel, a year",
		 microseconds(&ours), 0, "<= 20 us");
	say("   SQLite, its roll-up table", microseconds(&roll), us, ">= 50x");
	say("   SQLite, scan of its topic table", microseconds(&scan), us, ">= 1000x");
	sqlite3_finalize(scan.s);
	sqlite3_finalize(roll.s);
}

static void ask_rising(struct bench *b)
{
	struct opinia_by by[3];
	struct err err = ERR_NONE;
	size_t n;
	struct question ours = { .b = b, .by = by, .answer = ours_rising };
	struct question scan =
		peer_question(b,
			      "SELECT sum(day >= ?1), sum(day < ?1) FROM topic"
			      " WHERE day BETWEEN ?2 AND ?3 AND label = 0"
			      " GROUP BY topic",
			      peer_sum);
	struct question roll =
		peer_question(b,
			      "SELECT sum(CASE WHEN day >= ?1 THEN neg ELSE 0 END),"
			      " sum(CASE WHEN day < ?1 THEN neg ELSE 0 END) FROM roll"
			      " WHERE day BETWEEN ?2 AND ?3 GROUP BY topic",
			      peer_sum);
	sqlite3_stmt *both[] = { scan.s, roll.s };
	double us;

	must(opinia_by_parse(SV("topic"), by, &n, &err), &err);
	ours.by_count = n;
	ours.f = filter_of(b, "", b->last - 29, b->last);
	ours.before = filter_of(b, "", b->last - 59, b->last - 30);
	for (int i = 0; i < 2; i++) {
		sqlite3_bind_int(both[i], 1, b->last - 29);
		sqlite3_bind_int(both[i], 2, b->last - 59);
		sqlite3_bind_int(both[i], 3, b->last);
	}
	same("Q2 scan", ours.answer(&ours), scan.answer(&scan));
	same("Q2 roll-up", ours.answer(&ours), roll.answer(&roll));
	us = say("Q2 rising negative topics, 30 days against 30", microseconds(&ours), 0,
		 "<= 20 us");
	say("   SQLite, its roll-up table", microseconds(&roll), us, ">= 50x");
	say("   SQLite, scan of its topic table", microseconds(&scan), us, ">= 1000x");
	sqlite3_finalize(scan.s);
	sqlite3_finalize(roll.s);
}

#define CONJUNCTION                                                                      \
	" FROM topic t JOIN feedback f ON f.id = t.id WHERE t.topic = ?1 AND t.day "     \
	"BETWEEN ?2"                                                                     \
	" AND ?3 AND t.channel = 0 AND t.csat <= 2 AND f.sentiment = 0 AND f.lang = ?4"

static void bind_conjunction(struct bench *b, sqlite3_stmt *s, int32_t first)
{
	sqlite3_bind_int(s, 1, b->topic);
	sqlite3_bind_int(s, 2, first);
	sqlite3_bind_int(s, 3, b->last);
	sqlite3_bind_int(s, 4, opinia_analyzer_language(b->o.analyzer, SV("ro")));
}

static void ask_conjunction(struct bench *b)
{
	int32_t first = b->last - 89;
	struct question ours = { .b = b, .answer = ours_count };
	struct question page = { .b = b, .answer = ours_newest };
	struct question count = peer_question(b, "SELECT count(*)" CONJUNCTION, peer_sum);
	struct question newest =
		peer_question(b,
			      "SELECT f.comment, count(*) OVER ()" CONJUNCTION
			      " ORDER BY f.ts DESC, f.id DESC LIMIT 50",
			      peer_newest);
	double us;

	ours.f = page.f = filter_of(
		b, "topic:" TOPIC " channel:chat csat:1..2 sentiment:neg lang:ro", first,
		b->last);
	bind_conjunction(b, count.s, first);
	bind_conjunction(b, newest.s, first);
	same("Q3 count", ours.answer(&ours), count.answer(&count));
	same("Q3 newest", page.answer(&page), newest.answer(&newest));
	us = say("Q3 count, five conditions, 90 days", microseconds(&ours), 0,
		 "<= 0.3 ms");
	say("   SQLite", microseconds(&count), us, "");
	us = say("Q3 count and newest 50 with words", microseconds(&page), 0, "<= 1 ms");
	say("   SQLite", microseconds(&newest), us, "");
	table_note("Q3 matches %llu records", (unsigned long long)ours.answer(&ours));
	sqlite3_finalize(count.s);
	sqlite3_finalize(newest.s);
}

static void ask_words(struct bench *b)
{
	struct question any = { .b = b, .answer = ours_count };
	struct question word = { .b = b, .answer = ours_count };
	struct question phrase = { .b = b, .answer = ours_count };
	struct question fts = peer_question(
		b, "SELECT count(*) FROM words WHERE words MATCH ?1", peer_sum);
	double us;

	any.f = filter_of(b, WORD, INT32_MIN, 0);
	word.f = filter_of(b, "=" WORD, INT32_MIN, 0);
	phrase.f = filter_of(b, "\"" PHRASE "\"", INT32_MIN, 0);
	sqlite3_bind_text(fts.s, 1, WORD, -1, SQLITE_STATIC);
	same("Q4 word", word.answer(&word), fts.answer(&fts));
	say("Q4 word count, any inflection", microseconds(&any), 0, "<= 20 us");
	us = say("Q4 word count, exactly this form", microseconds(&word), 0, "");
	say("   SQLite FTS5", microseconds(&fts), us, "");
	sqlite3_bind_text(fts.s, 1, "\"" PHRASE "\"", -1, SQLITE_STATIC);
	same("Q4 phrase", phrase.answer(&phrase), fts.answer(&fts));
	us = say("Q4 phrase count", microseconds(&phrase), 0, "<= 15 ms");
	say("   SQLite FTS5", microseconds(&fts), us, "");
	table_note("\"" WORD "\": %llu records, \"" PHRASE "\": %llu",
		   (unsigned long long)word.answer(&word),
		   (unsigned long long)phrase.answer(&phrase));
	sqlite3_finalize(fts.s);
}

/* ---- the whole program --------------------------------------------------------------------- */

static void run_program(const char *program, const char *dir)
{
	char *argv[] = { (char *)(uintptr_t)program, "stats", "--store",
			 (char *)(uintptr_t)dir, NULL };
	char *envp[] = { NULL };
	posix_spawn_file_actions_t quiet;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, program, &quiet, NULL, argv, envp) ||
	    waitpid(pid, &status, 0) != pid || status)
		die("%s stats failed", program);
	posix_spawn_file_actions_destroy(&quiet);
}

static void time_program(const char *program, const char *dir)
{
	struct rounds r = { .n = 0 };

	for (int i = 0; i < 60; i++) {
		double t = seconds_now();

		run_program(program, dir);
		rounds_add(&r, (seconds_now() - t) * 1e3);
	}
	table_row("opinia stats, the whole process", "", "<= 10 ms",
		  "%.2f ms [%.2f-%.2f]", rounds_median(&r), rounds_low(&r),
		  rounds_high(&r));
}

int main(int argc, char **argv)
{
	const char *data = argument(argc, argv, "data", ".");
	const char *program = argument(argc, argv, "opinia", NULL);
	struct bench b = { .rounds = argument_number(argc, argv, "rounds", ROUNDS) };
	struct opinia_totals totals;
	struct err err = ERR_NONE;
	char dir[1024], path[1024];

	snprintf(dir, sizeof(dir), "%s/store", data);
	snprintf(path, sizeof(path), "%s/peer.sqlite", data);
	arena_init(&b.arena, 0);
	arena_init(&b.filters, 0);
	opened_open(&b.o, argument(argc, argv, "lexicon", "opinia.lex"), dir, false);
	must(opinia_snapshot_open(b.o.store, &b.snap, &err), &err);
	must(opinia_snapshot_totals(b.snap, &b.filters, &totals, &err), &err);
	b.last = totals.last_day;
	b.topic = taxonomy_find(opinia_analyzer_taxonomy(b.o.analyzer), SV(TOPIC));
	b.peer = peer_open(path, false);
	table_title("Questions to %llu records, in the engine",
		    (unsigned long long)totals.records[KIND_FEEDBACK]);
	ask_weekly(&b);
	ask_rising(&b);
	ask_conjunction(&b);
	ask_words(&b);
	peer_close(b.peer);
	opinia_snapshot_close(b.snap);
	opened_close(&b.o);
	if (program)
		time_program(program, dir);
	arena_release(&b.arena);
	arena_release(&b.filters);
	return 0;
}
