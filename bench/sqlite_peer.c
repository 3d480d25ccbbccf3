/* SPDX-License-Identifier: Apache-2.0 */
/* sqlite_peer.c: see sqlite_peer.h. */
#include "bench/sqlite_peer.h"

#include <stdio.h>
#include <unistd.h>

#include "bench/rows.h"
#include "bench/sql.h"

struct peer {
	sqlite3 *db;
	sqlite3_stmt *row, *topic, *words;
	int64_t next;
};

static const char schema[] =
	"CREATE TABLE feedback(id INTEGER PRIMARY KEY, ext TEXT, ts INTEGER, day INTEGER,"
	" channel INTEGER, customer TEXT, agent TEXT, team TEXT, csat INTEGER, nps "
	"INTEGER,"
	" product TEXT, device TEXT, lang INTEGER, sentiment INTEGER, score INTEGER,"
	" comment TEXT);"
	"CREATE INDEX by_ts ON feedback(ts);"
	"CREATE INDEX by_customer ON feedback(customer);"
	"CREATE TABLE topic(topic INTEGER, day INTEGER, id INTEGER, channel INTEGER,"
	" label INTEGER, csat INTEGER, nps INTEGER, PRIMARY KEY(topic, day, id)) WITHOUT "
	"ROWID;"
	"CREATE VIRTUAL TABLE words USING fts5(comment, content='feedback', "
	"content_rowid='id',"
	" tokenize='unicode61 remove_diacritics 2');";

static const char roll_up[] =
	"CREATE TABLE roll(topic INTEGER, channel INTEGER, day INTEGER, n INTEGER, neg "
	"INTEGER,"
	" csat_n INTEGER, csat_good INTEGER, nps_n INTEGER, promoters INTEGER,"
	" detractors INTEGER, PRIMARY KEY(topic, channel, day)) WITHOUT ROWID;";

static void run(struct peer *p, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(p->db, sql, NULL, NULL, &why) != SQLITE_OK)
		die("sqlite: %s", why ? why : "?");
}

sqlite3_stmt *peer_ask(struct peer *p, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v3(p->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) !=
	    SQLITE_OK)
		die("sqlite: %s: %s", sqlite3_errmsg(p->db), sql);
	return s;
}

struct peer *peer_open(const char *path, bool fresh)
{
	struct peer *p = take_memory(sizeof(*p));
	char side[1024];

	if (fresh) {
		unlink(path);
		snprintf(side, sizeof(side), "%s-wal", path);
		unlink(side);
	}
	if (sqlite3_open(path, &p->db) != SQLITE_OK)
		die("sqlite: %s cannot be opened", path);
	run(p,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;"
	    "PRAGMA mmap_size=8589934592;");
	if (!fresh)
		return p;
	run(p, schema);
	p->row = peer_ask(
		p, "INSERT INTO feedback VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,"
		   "?13,?14,?15,?16)");
	p->topic = peer_ask(p, "INSERT INTO topic VALUES(?1,?2,?3,?4,?5,?6,?7)");
	p->words = peer_ask(p, "INSERT INTO words(rowid, comment) VALUES(?1,?2)");
	return p;
}

static void bind_text(sqlite3_stmt *s, int at, struct sv text)
{
	if (text.n)
		sqlite3_bind_text(s, at, text.p, (int)text.n, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, at);
}

static void bind_score(sqlite3_stmt *s, int at, const struct record *r,
		       enum score_kind kind)
{
	const struct score *score = row_score(r, kind);

	if (score)
		sqlite3_bind_int(s, at, score->value);
	else
		sqlite3_bind_null(s, at);
}

static void step(struct peer *p, sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		die("sqlite: %s", sqlite3_errmsg(p->db));
	sqlite3_reset(s);
}

static void put_row(struct peer *p, const struct record *r, const struct verdict *v,
		    int day)
{
	sqlite3_stmt *s = p->row;

	sqlite3_bind_int64(s, 1, p->next);
	bind_text(s, 2, r->external_id);
	sqlite3_bind_int64(s, 3, record_clock(r));
	sqlite3_bind_int(s, 4, day);
	sqlite3_bind_int(s, 5, (int)r->channel);
	bind_text(s, 6, r->customer);
	bind_text(s, 7, r->agent);
	bind_text(s, 8, r->team);
	bind_score(s, 9, r, SCORE_CSAT);
	bind_score(s, 10, r, SCORE_NPS);
	bind_text(s, 11, row_attr(r, SV("product")));
	bind_text(s, 12, row_attr(r, SV("device")));
	sqlite3_bind_int(s, 13, v->language);
	sqlite3_bind_int(s, 14, v->sentiment);
	sqlite3_bind_int(s, 15, v->score);
	bind_text(s, 16, r->comment);
	step(p, s);
}

static void put_topics(struct peer *p, const struct record *r, const struct verdict *v,
		       int day)
{
	sqlite3_stmt *s = p->topic;

	for (uint16_t i = 0; i < v->topic_count; i++) {
		sqlite3_bind_int(s, 1, v->topics[i].topic);
		sqlite3_bind_int(s, 2, day);
		sqlite3_bind_int64(s, 3, p->next);
		sqlite3_bind_int(s, 4, (int)r->channel);
		sqlite3_bind_int(s, 5, v->topics[i].label);
		bind_score(s, 6, r, SCORE_CSAT);
		bind_score(s, 7, r, SCORE_NPS);
		step(p, s);
	}
}

void peer_land(struct peer *p, const struct batch *b, const struct verdict *v,
	       const struct zone *zone)
{
	run(p, "BEGIN");
	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->records[i];
		int day = when_day(zone, record_clock(r));

		p->next++;
		put_row(p, r, &v[i], day);
		put_topics(p, r, &v[i], day);
		sqlite3_bind_int64(p->words, 1, p->next);
		bind_text(p->words, 2, r->comment);
		step(p, p->words);
	}
	run(p, "COMMIT");
}

void peer_roll_up(struct peer *p)
{
	char insert[1024];

	run(p, roll_up);
	snprintf(insert, sizeof(insert), "INSERT INTO roll %s", sql_roll_up);
	run(p, insert);
	run(p, "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
}

uint64_t peer_bytes(struct peer *p, const char *like)
{
	sqlite3_stmt *s =
		/* page by page: added up by dbstat itself they overflow at 2 GB a table */
		peer_ask(p, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?1");
	uint64_t n;

	sqlite3_bind_text(s, 1, like, -1, SQLITE_STATIC);
	n = sqlite3_step(s) == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
	sqlite3_finalize(s);
	return n;
}

void peer_close(struct peer *p)
{
	sqlite3_finalize(p->row);
	sqlite3_finalize(p->topic);
	sqlite3_finalize(p->words);
	if (sqlite3_close(p->db) != SQLITE_OK)
		die("sqlite: a question is still open");
}
