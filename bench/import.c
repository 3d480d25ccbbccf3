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
#include <string.h>
#include <sys/resource.h>

#include "bench/opened.h"
#include "bench/sqlite_peer.h"
#include "cli/pipeline.h"
#include "cli/words.h"
#include "collector/opinia_collector.h"

struct cost {
	double wall, worked; /* seconds; of all threads' work */
	uint64_t rows, bytes;
};

static double process_worked(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static int pull(void *imp, struct batch *out, struct err *err)
{
	return opinia_import_pull(imp, out, err);
}

static uint64_t bytes_of(struct opened *o)
{
	struct opinia_snapshot *snap;
	struct opinia_totals totals;
	struct err err = ERR_NONE;
	struct arena arena;

	arena_init(&arena, 0);
	must(opinia_snapshot_open(o->store, &snap, &err), &err);
	must(opinia_snapshot_totals(snap, &arena, &totals, &err), &err);
	opinia_snapshot_close(snap);
	arena_release(&arena);
	return totals.bytes;
}

static struct cost import_ours(const char *lexicon, const char *csv, const char *dir,
			       long threads)
{
	struct import_options options = { .dry_run = false };
	struct opinia_landing total;
	struct err err = ERR_NONE;
	struct cost c = { .rows = 0 };
	struct opened o;
	struct pipeline line;
	struct opinia_import *imp;

	opened_open(&o, lexicon, dir, true);
	options.zone = opinia_store_zone(o.store);
	must(opinia_import_open(&imp, csv, &options, &err), &err);
	line = (struct pipeline){
		.analyzer = o.analyzer,
		.store = o.store,
		.threads = threads,
		.source = imp,
		.pull = pull,
	};
	c.wall = seconds_now();
	c.worked = process_worked();
	must(pipeline_run(&line, &total, &err), &err);
	c.wall = seconds_now() - c.wall;
	c.worked = process_worked() - c.worked;
	c.rows = total.added;
	c.bytes = bytes_of(&o);
	opinia_import_close(imp);
	opened_close(&o);
	return c;
}

/* ---- the peer ------------------------------------------------------------------------------ */

static struct verdict *verdicts_of(const struct opened *o, const struct batch *b,
				   struct arena *arena)
{
	struct err err = ERR_NONE;
	struct opinia_scratch *s = words_scratch(o->analyzer, &err);
	struct verdict *v = arena_zero(arena, b->count, sizeof(*v));

	if (!v || !s)
		die("out of memory");
	for (size_t i = 0; i < b->count; i++)
		must(opinia_analyze(o->analyzer, s, b->records[i].comment,
				    b->records[i].language, arena, &v[i], &err),
		     &err);
	return v;
}

static struct cost import_peer(const char *lexicon, const char *csv, const char *dir,
			       const char *path)
{
	struct import_options options = { .dry_run = false };
	struct err err = ERR_NONE;
	struct cost c = { .rows = 0 };
	struct peer *p = peer_open(path, true);
	struct opinia_import *imp;
	struct opened o;
	struct arena arena;
	struct batch b;

	opened_open(&o, lexicon, dir, false);
	options.zone = opinia_store_zone(o.store);
	must(opinia_import_open(&imp, csv, &options, &err), &err);
	arena_init(&arena, 0);
	batch_init(&b);
	for (;;) {
		struct verdict *v;
		double wall, worked;

		must(opinia_import_pull(imp, &b, &err), &err);
		if (!b.count)
			break;
		arena_reset(&arena);
		v = verdicts_of(&o, &b, &arena);
		wall = seconds_now();
		worked = process_worked();
		peer_land(p, &b, v, options.zone);
		c.wall += seconds_now() - wall;
		c.worked += process_worked() - worked;
		c.rows += b.count;
	}
	batch_release(&b);
	arena_release(&arena);
	opinia_import_close(imp);
	c.bytes = peer_bytes(p, "%");
	peer_roll_up(p);
	peer_close(p);
	opened_close(&o);
	return c;
}

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
	table_row("SQLite: rows, topics, two indexes, FTS5",
		  ratio_text((double)peer->bytes, (double)ours->bytes), "", "%.1f",
		  (double)peer->bytes / (double)peer->rows);
}

static void say(const char *engine, const struct cost *c, const char *ratio,
		const char *target)
{
	table_row(engine, ratio, target, "%.0f rows/s (%.1f s, work %.1f s)",
		  (double)c->rows / c->wall, c->wall, c->worked);
}

int main(int argc, char **argv)
{
	const char *lexicon = argument(argc, argv, "lexicon", "opinia.lex");
	const char *csv = argument(argc, argv, "csv", "comments.csv");
	const char *data = argument(argc, argv, "data", ".");
	char dir[1024], path[1024];
	struct cost one, two, peer;

	snprintf(dir, sizeof(dir), "%s/store", data);
	snprintf(path, sizeof(path), "%s/peer.sqlite", data);
	run_on_one_core();
	one = import_ours(lexicon, csv, dir, 1);
	peer = import_peer(lexicon, csv, dir, path);
	run_on_all_cores();
	two = import_ours(lexicon, csv, dir, 2);
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
