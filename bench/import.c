/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c: a CSV file into the store: read, analyzed, encrypted, indexed, durable; by one thread on
 * one core, then by two on two. Beside it SQLite with the same rows and batches, its rows read
 * and its verdicts made outside the time. Leaves both stores behind for query.c.
 *
 *	import --lexicon FILE --csv FILE --data FOLDER
 */
#include <lmdb.h>
#include <stdio.h>

#include "bench/engine.h"

/* ---- what it costs -------------------------------------------------------------------------- */

static double table_bytes(MDB_txn *t, const char *name)
{
	MDB_dbi dbi;
	MDB_stat s;

	if (mdb_dbi_open(t, name, 0, &dbi) || mdb_stat(t, dbi, &s))
		return 0;
	return (double)(s.ms_branch_pages + s.ms_leaf_pages + s.ms_overflow_pages) *
	       s.ms_psize;
}

/* Bytes a row of each part of the store; the pages of LMDB, rounding and all. */
static void report_bytes(const char *dir, const struct cost *ours,
			 const struct cost *peer)
{
	double n = (double)ours->rows, doc, text, runs, bits, roll, customer;
	MDB_env *env;
	MDB_txn *t;

	if (mdb_env_create(&env) || mdb_env_set_maxdbs(env, 32) ||
	    mdb_env_open(env, dir, MDB_RDONLY, 0600) ||
	    mdb_txn_begin(env, NULL, MDB_RDONLY, &t))
		die("%s cannot be opened", dir);
	doc = table_bytes(t, "doc");
	text = table_bytes(t, "text");
	runs = table_bytes(t, "runs");
	bits = table_bytes(t, "bits");
	roll = table_bytes(t, "roll");
	customer = table_bytes(t, "customer") + table_bytes(t, "reckey");
	mdb_txn_abort(t);
	mdb_env_close(env);
	table_title("Bytes a row");
	table_row("documents, bits, roll-ups", "", "<= 105", "%.1f (%.1f + %.1f + %.1f)",
		  (doc + bits + roll) / n, doc / n, bits / n, roll / n);
	table_row("and the positional text index", "", "<= 140", "%.1f (text %.1f)",
		  (doc + bits + roll + text) / n, text / n);
	table_row("id index and keys apart", "", "<= 24", "%.1f (runs %.1f, keys %.1f)",
		  (runs + customer) / n, runs / n, customer / n);
	table_row("the data file, free pages too", "1", "", "%.1f",
		  (double)ours->bytes / n);
	table_row("SQLite: rows, topics, two indexes, FTS5, sums",
		  ratio_text((double)peer->bytes, (double)ours->bytes), "", "%.1f",
		  (double)peer->bytes / (double)peer->rows);
}

static void say(const char *engine, const struct cost *c, const char *ratio,
		const char *target)
{
	table_row(engine, ratio, target, "%.0f rows/s (%.1f s, work %.1f s)",
		  (double)c->rows / c->wall, c->wall, c->worked);
}

static struct cost load(const struct engine *engine, struct engine_place place,
			long cores)
{
	struct cost c = { .rows = 0 };

	place.cores = cores;
	engine->load(&place, &c);
	return c;
}

int main(int argc, char **argv)
{
	const struct engine_place place = {
		.lexicon = argument(argc, argv, "lexicon", "opinia.lex"),
		.csv = argument(argc, argv, "csv", "comments.csv"),
		.data = argument(argc, argv, "data", "."),
	};
	struct cost one, two, peer;
	char dir[1024];

	snprintf(dir, sizeof(dir), "%s/store", place.data);
	run_on_one_core();
	one = load(&engine_opinia, place, 1);
	peer = load(&engine_sqlite, place, 1);
	/* What it adds up for query.c, Opinia has in its rows; measured by growth.c. */
	peer.wall -= peer.rolls;
	peer.worked -= peer.rolls_worked;
	run_on_all_cores();
	two = load(&engine_opinia, place, 2);
	table_title("Import of %llu rows: analyzed, indexed, encrypted, durable",
		    (unsigned long long)two.rows);
	say("opinia import, 1 core", &one, "1", "");
	say("opinia import, 2 cores", &two, ratio_text(one.wall, two.wall),
	    ">= 300 k rows/s");
	say("SQLite: given verdicts, plain text, FTS5, 1 core", &peer,
	    ratio_text(peer.wall, one.wall), "");
	table_row("opinia 1 core : SQLite", ratio_text(peer.wall, one.wall), "",
		  "by work %s", ratio_text(peer.worked, one.worked));
	table_row("opinia 2 cores : SQLite", ratio_text(peer.wall, two.wall), ">= 7x",
		  "by the clock on the wall");
	report_bytes(dir, &two, &peer);
	return 0;
}
