/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_sqlite.c: SQLite with FTS5. Rows are read and verdicts made outside its time; it lands
 * them in batches as Opinia does, each of them durable.
 */
#include <stdio.h>

#include "bench/rows.h"
#include "bench/sql.h"
#include "bench/sqlite_peer.h"

struct store {
	struct peer *peer;
	sqlite3_stmt *s[ASKED];
};

static const struct dialect dialect = {
	.week = "(day + 3) / 7",
	.from = "topic t JOIN feedback f ON f.id = t.id WHERE t.topic = %d",
	.narrow = "t",
	.order = "f.ts DESC, f.id DESC",
	.word = "SELECT count(*) FROM words WHERE words MATCH '" BENCH_WORD "'",
	.phrase = "SELECT count(*) FROM words WHERE words MATCH '\"" BENCH_PHRASE "\"'",
};

static const char *path_of(const struct engine_place *place, char out[static 1024])
{
	snprintf(out, 1024, "%s/peer.sqlite", place->data);
	return out;
}

static void load(const struct engine_place *place, struct cost *out)
{
	struct rows rows;
	struct peer *p;
	char path[1024];

	p = peer_open(path_of(place, path), true);
	rows_open(&rows, place->lexicon, place->csv);
	while (rows_next(&rows)) {
		cost_begin(out);
		peer_land(p, &rows.batch, rows.verdicts, rows.zone);
		cost_end(out);
		out->rows += rows.batch.count;
	}
	rows_close(&rows);
	out->rolls = -out->wall;
	out->rolls_worked = -out->worked;
	cost_begin(out);
	peer_roll_up(p);
	cost_end(out);
	out->rolls += out->wall;
	out->rolls_worked += out->worked;
	out->bytes = peer_bytes(p, "%");
	peer_close(p);
}

static void *open_store(const struct engine_place *place, struct about *about)
{
	struct store *s = take_memory(sizeof(*s));
	char path[1024];

	s->peer = peer_open(path_of(place, path), false);
	for (int i = 0; i < ASKED; i++) {
		const char *sql = sql_of(&dialect, about, (enum asked)i);

		s->s[i] = sql ? peer_ask(s->peer, sql) : NULL;
	}
	return s;
}

static bool ask(void *self, enum asked what, struct answer *out)
{
	sqlite3_stmt *s = ((struct store *)self)->s[what];
	int columns = sql_columns(&dialect, what), rc;

	*out = (struct answer){ .value = 0 };
	while (s && (rc = sqlite3_step(s)) != SQLITE_DONE) {
		int64_t cells[8];

		if (rc != SQLITE_ROW)
			die("sqlite: a question failed");
		for (int i = 0; i < columns; i++)
			cells[i] = sqlite3_column_int64(s, i);
		if (what == ASK_NEWEST && sqlite3_column_text(s, 0))
			cells[0] = sqlite3_column_bytes(s, 0);
		sql_answer(what, cells, out);
	}
	if (s)
		sqlite3_reset(s);
	return s != NULL;
}

static void close_store(void *self)
{
	struct store *s = self;

	for (int i = 0; i < ASKED; i++)
		sqlite3_finalize(s->s[i]);
	peer_close(s->peer);
}

const struct engine engine_sqlite = {
	.name = "sqlite",
	.cores_max = 1,
	.load = load,
	.open = open_store,
	.ask = ask,
	.close = close_store,
};
