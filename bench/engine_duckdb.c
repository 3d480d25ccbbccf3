/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_duckdb.c: DuckDB, through its C interface. It takes the lines of all rows at once, in one
 * transaction; its full-text extension is not part of the library, so words are scanned for.
 */
#include <stdio.h>

#include "bench/library.h"
#include "bench/sql.h"

/* As duckdb.h has them; a handle is a pointer. */
struct duck_result {
	uint64_t columns, rows, changed;
	void *column, *error, *inside;
};
struct duck_string {
	uint32_t bytes;
	char start[12]; /* or four bytes and a pointer */
};

struct duck {
	int (*open)(const char *path, void **db);
	int (*connect)(void *db, void **connection);
	int (*query)(void *connection, const char *sql, struct duck_result *out);
	int (*prepare)(void *connection, const char *sql, void **out);
	int (*execute)(void *statement, struct duck_result *out);
	void *(*fetch)(struct duck_result result);
	uint64_t (*size)(void *chunk);
	void *(*vector)(void *chunk, uint64_t column);
	void *(*data)(void *vector);
	void (*free_chunk)(void **chunk);
	void (*free_result)(struct duck_result *result);
	void (*free_statement)(void **statement);
	const char *(*why)(struct duck_result *result);
	const char *(*why_not_prepared)(void *statement);
	void (*disconnect)(void **connection);
	void (*close)(void **db);
	void *db, *connection;
};

struct store {
	struct duck d;
	void *s[ASKED];
	uint64_t total; /* of ASK_COUNT, for the newest */
};

/*
 * Texts that have the words, then those where nothing that is part of a word is around them: half
 * as expensive as the second alone.
 */
#define TEXTS_WITH(words)                                                                \
	"SELECT count(*) FROM feedback WHERE regexp_matches(comment, '(?i)" words        \
	"') AND regexp_matches(comment, '(?i)(^|[^\\pL\\pN])" words "($|[^\\pL\\pN])')"

static const struct dialect dialect = {
	.week = "(day + 3) // 7",
	.from = "feedback f WHERE list_contains(f.topics, %d)",
	.narrow = "f",
	.order = "f.ts DESC, f.id DESC",
	.apart = true,
	.word = TEXTS_WITH(BENCH_WORD),
	.phrase = TEXTS_WITH("nu[^\\pL\\pN]+merge"),
};

static const char *path_of(const struct engine_place *place, char out[static 1024])
{
	snprintf(out, 1024, "%s/peer.duckdb", place->data);
	return out;
}

static void run(struct duck *d, const char *sql)
{
	struct duck_result result;

	if (d->query(d->connection, sql, &result))
		die("duckdb: %s", d->why(&result));
	d->free_result(&result);
}

static void duck_open(struct duck *d, const struct engine_place *place)
{
	const struct library_function functions[] = {
		{ "duckdb_open", &d->open },
		{ "duckdb_connect", &d->connect },
		{ "duckdb_query", &d->query },
		{ "duckdb_prepare", &d->prepare },
		{ "duckdb_execute_prepared", &d->execute },
		{ "duckdb_fetch_chunk", &d->fetch },
		{ "duckdb_data_chunk_get_size", &d->size },
		{ "duckdb_data_chunk_get_vector", &d->vector },
		{ "duckdb_vector_get_data", &d->data },
		{ "duckdb_destroy_data_chunk", &d->free_chunk },
		{ "duckdb_destroy_result", &d->free_result },
		{ "duckdb_destroy_prepare", &d->free_statement },
		{ "duckdb_result_error", &d->why },
		{ "duckdb_prepare_error", &d->why_not_prepared },
		{ "duckdb_disconnect", &d->disconnect },
		{ "duckdb_close", &d->close },
	};
	char path[1024], threads[64];

	library_open(place->library, functions, sizeof(functions) / sizeof(functions[0]));
	if (d->open(path_of(place, path), &d->db) || d->connect(d->db, &d->connection))
		die("duckdb: %s cannot be opened", path);
	snprintf(threads, sizeof(threads), "SET threads = %ld", place->cores);
	run(d, threads);
}

static void duck_close(struct duck *d)
{
	d->disconnect(&d->connection);
	d->close(&d->db);
}

/* ---- in ------------------------------------------------------------------------------------ */

static const char schema[] =
	"CREATE TABLE feedback(id UBIGINT, ext VARCHAR, ts BIGINT, day INTEGER,"
	" channel UTINYINT, customer VARCHAR, agent VARCHAR, team VARCHAR, csat UTINYINT,"
	" nps UTINYINT, product VARCHAR, device VARCHAR, lang UTINYINT,"
	" sentiment UTINYINT, score SMALLINT, topics USMALLINT[], labels UTINYINT[],"
	" comment VARCHAR)";

static uint64_t rows_in(struct duck *d)
{
	struct duck_result result;
	uint64_t rows;
	void *chunk;

	if (d->query(d->connection, "SELECT count(*) FROM feedback", &result) ||
	    !(chunk = d->fetch(result)))
		die("duckdb: %s", d->why(&result));
	rows = *(const uint64_t *)d->data(d->vector(chunk, 0));
	d->free_chunk(&chunk);
	d->free_result(&result);
	return rows;
}

static void load(const struct engine_place *place, struct cost *out)
{
	struct duck d = { .db = NULL };
	char path[1024], sql[2048];

	remove_below(path_of(place, path));
	duck_open(&d, place);
	cost_begin(out);
	run(&d, schema);
	snprintf(sql, sizeof(sql),
		 "COPY feedback FROM '%s' (FORMAT csv, HEADER false,"
		 " QUOTE '\"', ESCAPE '\"', NULLSTR '\\N', AUTO_DETECT false)",
		 place->verdicts);
	run(&d, sql);
	run(&d, "CREATE TABLE topic AS SELECT unnest(topics) AS topic, day, id, channel,"
		" unnest(labels) AS label, csat, nps FROM feedback");
	cost_end(out);
	out->rolls = -out->wall;
	cost_begin(out);
	out->rows = rows_in(&d);
	snprintf(sql, sizeof(sql), "CREATE TABLE roll AS %s", sql_roll_up);
	run(&d, sql);
	run(&d, "CHECKPOINT");
	cost_end(out);
	out->rolls += out->wall;
	duck_close(&d);
	out->bytes = bytes_below(path);
}

/* ---- answers ------------------------------------------------------------------------------- */

static void *open_store(const struct engine_place *place, struct about *about)
{
	struct store *s = take_memory(sizeof(*s));

	duck_open(&s->d, place);
	for (int i = 0; i < ASKED; i++) {
		const char *sql = sql_of(&dialect, about, (enum asked)i);
		char cast[4096];

		if (!sql)
			continue;
		/* Whole numbers of one width, whatever a sum is in this dialect. */
		snprintf(cast, sizeof(cast),
			 i == ASK_NEWEST ? "%s" : "SELECT COLUMNS(*)::BIGINT FROM (%s)",
			 sql);
		if (s->d.prepare(s->d.connection, cast, &s->s[i]))
			die("duckdb: %s: %s", s->d.why_not_prepared(s->s[i]), cast);
	}
	return s;
}

static void take_chunk(struct store *s, void *chunk, enum asked what, struct answer *out)
{
	struct duck *d = &s->d;
	int columns = sql_columns(&dialect, what);
	const void *data[8] = { NULL };

	for (int c = 0; c < columns; c++)
		data[c] = d->data(d->vector(chunk, (uint64_t)c));
	for (uint64_t row = 0; row < d->size(chunk); row++) {
		int64_t cells[8] = { 0, (int64_t)s->total };

		for (int c = 0; c < columns; c++)
			cells[c] =
				what == ASK_NEWEST && c == 0
					? ((const struct duck_string *)data[0])[row].bytes
					: ((const int64_t *)data[c])[row];
		sql_answer(what, cells, out);
	}
}

static bool ask(void *self, enum asked what, struct answer *out)
{
	struct store *s = self;
	struct duck *d = &s->d;
	struct duck_result result;
	void *chunk;

	*out = (struct answer){ .value = 0 };
	if (!s->s[what])
		return false;
	if (what == ASK_NEWEST) {
		struct answer count;

		ask(self, ASK_COUNT, &count);
		s->total = count.size;
	}
	if (d->execute(s->s[what], &result))
		die("duckdb: %s", d->why(&result));
	while ((chunk = d->fetch(result))) {
		take_chunk(s, chunk, what, out);
		d->free_chunk(&chunk);
	}
	d->free_result(&result);
	return true;
}

static void close_store(void *self)
{
	struct store *s = self;

	for (int i = 0; i < ASKED; i++)
		s->d.free_statement(&s->s[i]);
	duck_close(&s->d);
}

const struct engine engine_duckdb = {
	.name = "duckdb",
	.cores_max = INT64_MAX,
	.load = load,
	.open = open_store,
	.ask = ask,
	.close = close_store,
};
