/* SPDX-License-Identifier: Apache-2.0 */
/*
 * txn.h: an environment and its transactions; the first failure of a transaction sticks.
 *
 * Ten puts read as ten puts: each does nothing once the transaction has failed, and
 * txn_failed() or txn_commit() tells of the first failure. LMDB's codes become ours in
 * txn.c and nowhere else. Views that come out are valid until the next write of the same
 * transaction, at the latest until its end. A transaction belongs to one thread at a
 * time.
 */
#ifndef OPINIA_STORE_TXN_H
#define OPINIA_STORE_TXN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

struct MDB_txn;
struct MDB_cursor;
struct env;
struct docs_held;

/* The databases inside data.mdb, named in txn.c; docs/formats/store.md has their keys. */
enum db {
	DB_META,
	DB_DOC,
	DB_HIST,
	DB_NAMES,
	DB_BITS,
	DB_TEXT,
	DB_ROLL,
	DB_RUNS,
	DB_CUSTOMER,
	DB_REDIRECT,
	DB_LINK,
	DB_RECKEY,
	DB_CURSOR,
	DB_AUDIT,
	DB_GONE,
	DB_COUNT
};

/* ---- environment ------------------------------------------------------------------- */

struct env_options {
	const char *dir;
	bool read_only, create;
	bool careful;		   /* look at every page before LMDB does: pages.h */
	size_t map_start, map_max; /* bytes */
};

int env_open(struct env **out, const struct env_options *opt, struct err *err);
void env_close(struct env *env); /* NULL is fine */
/*
 * A file that was there is opened with the tables that it has: another format may have others. What is
 * not there answers every call with a failure.
 */
bool env_has(const struct env *env, enum db db);
int env_complete(const struct env *env,
		 struct err *err); /* ERR_INPUT: a table is missing */
/*
 * Twice the map, once nobody in this process has a transaction open. ERR_SYSTEM: map_max
 * is reached; ERR_AGAIN: a snapshot was held for so long that the landing gave up.
 */
int env_grow(struct env *env, struct err *err);
/*
 * A copy without free pages, as of now, into the empty folder @dir; on the disk on return. Others may
 * write meanwhile.
 */
int env_copy(struct env *env, const char *dir, struct err *err);
/* Does nobody else, in any process, have it open? Then nobody can open it until env_share(). */
bool env_alone(struct env *env);
void env_share(struct env *env);
/* Put @dir/data.mdb in the place of the data file, and go on with it. Only while env_alone(). */
int env_swap(struct env *env, const char *dir, struct err *err);
/* Who reads: of each, its process, the commit it looks at and how many there were since; freed slots of
 * killed ones are not told. */
int env_readers(struct env *env,
		void (*take)(void *self, int pid, uint64_t at, uint64_t behind),
		void *self, struct err *err);
/* Is the data file built as it should be? As of now; ERR_INPUT: no, and where. */
int env_verify(struct env *env, struct err *err);
uint64_t env_bytes(const struct env *env); /* of the data file */
size_t env_map_size(struct env *env);

/* ---- transactions ------------------------------------------------------------------ */

/* What somebody who asks reads: values opened and their bytes, by table. */
struct txn_look {
	uint64_t values[DB_COUNT], bytes[DB_COUNT];
	uint64_t rows;			/* documents looked at                    */
	uint64_t segments, passed_over; /* of 65,536 ids: read; known not to matter */
	uint64_t spanned; /* of them: neither, a row counted for many of them */
};

struct txn {
	struct txn_look *look;	/* NULL: nobody asks */
	struct docs_held *docs; /* docs.c: what it has open and holds back */
	struct env *env;
	struct MDB_txn *mdb; /* NULL: ended */
	bool write;
	bool full; /* failed because the map is full: env_grow(), then do all of it again */
	struct err err; /* the first failure */
};

int txn_read(struct txn *t, struct env *env, struct err *err);
int txn_write(struct txn *t, struct env *env,
	      struct err *err); /* waits for the other writer */
/*
 * Commit and end. Whatever it returns, the transaction is over; @t->full stays readable.
 */
int txn_commit(struct txn *t, struct err *err);
void txn_abort(struct txn *t); /* ends either kind; fine when it is over already */

/* The code of the first failure, copied to @err; 0 when there is none. */
int txn_failed(const struct txn *t, struct err *err);
/* A failure of our own (damage, a ceiling): sticks like any other. */
void txn_fail(struct txn *t, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

bool txn_get(struct txn *t, enum db db, struct sv key,
	     struct sv *value); /* false: none, or failed */
void txn_put(struct txn *t, enum db db, struct sv key, struct sv value);
/*
 * Room of @bytes for the value, to be filled before the next call; NULL when failed. @append:
 * the key is behind all others, so pages are filled and nothing is searched.
 */
void *txn_reserve(struct txn *t, enum db db, struct sv key, size_t bytes, bool append);
bool txn_delete(struct txn *t, enum db db,
		struct sv key);		       /* false: was not there, or failed */
uint64_t txn_count(struct txn *t, enum db db); /* keys */

/* ---- cursors ----------------------------------------------------------------------- */

/* Each move returns false at the end or on failure, else @key and @value are set. */
struct txn_cursor {
	struct txn *txn;
	enum db db;
	struct MDB_cursor *mdb;
	struct sv key, value;
};

void txn_cursor_open(struct txn_cursor *c, struct txn *t, enum db db);
void txn_cursor_close(struct txn_cursor *c);	    /* before the transaction ends */
bool txn_seek(struct txn_cursor *c, struct sv key); /* the first key >= @key */
bool txn_seek_exact(struct txn_cursor *c, struct sv key);
bool txn_first(struct txn_cursor *c);
bool txn_last(struct txn_cursor *c);
bool txn_next(struct txn_cursor *c);
bool txn_prev(struct txn_cursor *c);
void txn_cursor_delete(
	struct txn_cursor *c); /* where it stands; txn_next() goes to the following */

#endif
