/* SPDX-License-Identifier: Apache-2.0 */
/*
 * txn.c: transactions and cursors over LMDB; the first failure sticks, see txn.h.
 */
#include "store/txn.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "store/docs.h"
#include "store/env.h"

static MDB_val val_of(struct sv s)
{
	return (MDB_val){ s.n, (void *)(uintptr_t)s.p };
}

static struct sv sv_of_val(MDB_val v)
{
	return (struct sv){ v.mv_data, v.mv_size };
}

/* Take note of @rc; true when all is well. */
static bool txn_ok(struct txn *t, int rc, const char *doing)
{
	if (!rc)
		return true;
	if (rc == MDB_MAP_FULL)
		t->full = true;
	if (rc == EIO && env_disk_full(t->env))
		rc = ENOSPC;
	if (!t->err.code)
		env_error(&t->err, rc, doing);
	return false;
}

/* ---- beginning and ending ---------------------------------------------------------- */

static int txn_begin(struct txn *t, struct env *env, unsigned flags, struct err *err)
{
	int rc, rc2;

	*t = (struct txn){ .env = env, .write = !flags };
	for (int tries = 0;; tries++) {
		env_enter(env);
		/* NULL: its data file was changed for another, which did not open */
		rc = env->mdb ? mdb_txn_begin(env->mdb, NULL, flags, &t->mdb) : EIO;
		if (!rc)
			return 0;
		t->mdb = NULL;
		env_leave(env);
		if (rc != MDB_MAP_RESIZED || tries == 3)
			return env_error(err, rc, "beginning a transaction");
		rc2 = env_follow(env, err);
		if (rc2)
			return rc2;
	}
}

int txn_read(struct txn *t, struct env *env, struct err *err)
{
	return txn_begin(t, env, MDB_RDONLY, err);
}

int txn_write(struct txn *t, struct env *env, struct err *err)
{
	if (env->read_only)
		return err_set(err, ERR_CONFIG, "the store was opened only to be read");
	return txn_begin(t, env, 0, err);
}

int txn_commit(struct txn *t, struct err *err)
{
	int rc;

	docs_finish(t);
	if (t->err.code || !t->mdb) {
		txn_abort(t);
		return txn_failed(t, err);
	}
	docs_drop(t);
	rc = mdb_txn_commit(t->mdb);
	t->mdb = NULL;
	env_leave(t->env);
	txn_ok(t, rc, "writing to the disk");
	return txn_failed(t, err);
}

void txn_abort(struct txn *t)
{
	docs_drop(t);
	if (!t->mdb)
		return;
	mdb_txn_abort(t->mdb);
	t->mdb = NULL;
	env_leave(t->env);
}

int txn_failed(const struct txn *t, struct err *err)
{
	if (t->err.code && err && err != &t->err)
		*err = t->err;
	return (int)t->err.code;
}

void txn_fail(struct txn *t, enum err_code code, const char *fmt, ...)
{
	char text[sizeof(t->err.text)];
	va_list ap;

	if (t->err.code)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&t->err, code, "%s", text);
}

static void txn_note(struct txn *t, enum db db, MDB_val v)
{
	if (!t->look)
		return;
	t->look->values[db]++;
	t->look->bytes[db] += v.mv_size;
}

/* ---- one key ----------------------------------------------------------------------- */

bool txn_get(struct txn *t, enum db db, struct sv key, struct sv *value)
{
	MDB_val k = val_of(key), v = { 0 };
	int rc;

	*value = (struct sv){ 0 };
	if (t->err.code)
		return false;
	rc = mdb_get(t->mdb, t->env->dbi[db], &k, &v);
	if (rc == MDB_NOTFOUND || !txn_ok(t, rc, "reading"))
		return false;
	*value = sv_of_val(v);
	txn_note(t, db, v);
	return true;
}

static void txn_store(struct txn *t, enum db db, struct sv key, MDB_val *v,
		      unsigned flags)
{
	MDB_val k = val_of(key);

	if (!t->err.code)
		txn_ok(t, mdb_put(t->mdb, t->env->dbi[db], &k, v, flags), "writing");
}

void txn_put(struct txn *t, enum db db, struct sv key, struct sv value)
{
	MDB_val v = val_of(value);

	txn_store(t, db, key, &v, 0);
}

void *txn_reserve(struct txn *t, enum db db, struct sv key, size_t bytes, bool append)
{
	MDB_val v = { bytes, NULL };

	txn_store(t, db, key, &v,
		  (unsigned)MDB_RESERVE | (append ? (unsigned)MDB_APPEND : 0));
	return t->err.code ? NULL : v.mv_data;
}

bool txn_delete(struct txn *t, enum db db, struct sv key)
{
	MDB_val k = val_of(key);
	int rc;

	if (t->err.code)
		return false;
	rc = mdb_del(t->mdb, t->env->dbi[db], &k, NULL);
	return rc != MDB_NOTFOUND && txn_ok(t, rc, "deleting");
}

uint64_t txn_count(struct txn *t, enum db db)
{
	MDB_stat st = { 0 };

	if (t->err.code || !txn_ok(t, mdb_stat(t->mdb, t->env->dbi[db], &st), "counting"))
		return 0;
	return st.ms_entries;
}

/* ---- cursors ----------------------------------------------------------------------- */

void txn_cursor_open(struct txn_cursor *c, struct txn *t, enum db db)
{
	*c = (struct txn_cursor){ .txn = t, .db = db };
	if (!t->err.code &&
	    !txn_ok(t, mdb_cursor_open(t->mdb, t->env->dbi[db], &c->mdb), "reading"))
		c->mdb = NULL;
}

void txn_cursor_close(struct txn_cursor *c)
{
	if (c->mdb)
		mdb_cursor_close(c->mdb);
	c->mdb = NULL;
}

static bool cursor_move(struct txn_cursor *c, struct sv key, MDB_cursor_op op)
{
	MDB_val k = val_of(key), v = { 0 };
	int rc;

	if (!c->mdb || c->txn->err.code)
		return false;
	rc = mdb_cursor_get(c->mdb, &k, &v, op);
	if (rc == MDB_NOTFOUND || !txn_ok(c->txn, rc, "reading"))
		return false;
	c->key = sv_of_val(k);
	c->value = sv_of_val(v);
	txn_note(c->txn, c->db, v);
	return true;
}

bool txn_seek(struct txn_cursor *c, struct sv key)
{
	return cursor_move(c, key, MDB_SET_RANGE);
}

bool txn_seek_exact(struct txn_cursor *c, struct sv key)
{
	return cursor_move(c, key, MDB_SET_KEY);
}

bool txn_first(struct txn_cursor *c)
{
	return cursor_move(c, (struct sv){ 0 }, MDB_FIRST);
}

bool txn_last(struct txn_cursor *c)
{
	return cursor_move(c, (struct sv){ 0 }, MDB_LAST);
}

bool txn_next(struct txn_cursor *c)
{
	return cursor_move(c, (struct sv){ 0 }, MDB_NEXT);
}

bool txn_prev(struct txn_cursor *c)
{
	return cursor_move(c, (struct sv){ 0 }, MDB_PREV);
}

void txn_cursor_delete(struct txn_cursor *c)
{
	if (c->mdb && !c->txn->err.code)
		txn_ok(c->txn, mdb_cursor_del(c->mdb, 0), "deleting");
}
