/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade.c: an older store into the present format.
 *
 * Nobody else has the store open meanwhile. A new data file is written (migrations.h) in a folder inside it, opened as any store is, checked against itself, and renamed into the old
 * one's place when it is whole and on the disk. Whatever stops this leaves the one or the other, and what is
 * left lying is taken away by the next attempt.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/audit.h"
#include "store/compact.h"
#include "store/crypto.h"
#include "store/doc_block.h"
#include "store/erased.h"
#include "store/format.h"
#include "store/inside.h"
#include "store/migrations.h"
#include "store/upgrade.h"

#define MAP_START ((size_t)32 << 30)
#define MAP_MAX ((size_t)1 << 40)

struct upgrade {
	const struct opinia_store_options *opt;
	const struct opinia_upgrade_ear *ear;
	const struct opinia_audit *why;
	struct opinia_upgrade *out;
	struct arena arena;
	struct env *env;  /* the store as it is                           */
	char *made;	  /* DIR/upgrade.new                              */
	size_t map_start; /* of what is made; doubled where it did not do */
};

static size_t map_max(const struct upgrade *u)
{
	return u->opt->map_max ? u->opt->map_max : MAP_MAX;
}

static int busy(const struct upgrade *u, struct err *err)
{
	return err_set(err, ERR_AGAIN,
		       "%s is open in another program; stop what has it open (`opinia "
		       "serve`, `opinia collect --watch`, an import) and try again",
		       u->opt->dir);
}

/* ---- the new data file ----------------------------------------------------------------------- */

static int carry_table(struct migrating *m, enum db db, struct err *err)
{
	struct txn_cursor c;
	int rc = 0;

	if (!env_has(m->from->env, db))
		return 0;
	txn_cursor_open(&c, m->from, db);
	for (bool more = txn_first(&c); more && !rc; more = txn_next(&c)) {
		void *to = txn_reserve(&m->to, db, c.key, c.value.n, true);

		if (to)
			memcpy(to, c.value.p, c.value.n);
		if (db == DB_DOC)
			m->rows += block_count(c.value);
		rc = migrating_pause(m, c.key.n + c.value.n, err);
	}
	txn_cursor_close(&c);
	return rc ? rc : txn_failed(m->from, err);
}

static int carry_all(struct migrating *m, const struct migration *how, struct err *err)
{
	int rc = 0;

	for (int db = 0; db < DB_COUNT && !rc; db++)
		if (!(how->own >> db & 1))
			rc = carry_table(m, (enum db)db, err);
	if (!rc)
		rc = how->run(m, err);
	/* last, so that only what is whole says what it is */
	if (!rc)
		format_put(&m->to, STORE_FORMAT);
	return rc;
}

static int carry(struct upgrade *u, struct env *to, const struct migration *how,
		 bool *full, struct err *err)
{
	struct txn old;
	struct migrating m = {
		.from = &old, .env = to, .ear = u->ear, .total = env_bytes(u->env)
	};
	int rc = txn_read(&old, u->env, err);

	if (rc)
		return rc;
	rc = txn_write(&m.to, to, err);
	if (!rc)
		rc = carry_all(&m, how, err);
	if (rc)
		txn_abort(&m.to);
	else
		rc = txn_commit(&m.to, err);
	*full = m.to.full;
	u->out->rows = m.rows;
	txn_abort(&old);
	return rc;
}

static int make_once(struct upgrade *u, const struct migration *how, bool *full,
		     struct err *err)
{
	struct env_options opt = { .dir = u->made,
				   .create = true,
				   .map_start = u->map_start,
				   .map_max = map_max(u) };
	struct env *env;
	int rc;

	compact_remove(u->made);
	if (mkdir(u->made, 0700))
		return err_set(err, ERR_SYSTEM, "%s: %s", u->made, strerror(errno));
	rc = env_open(&env, &opt, err);
	if (rc)
		return rc;
	rc = carry(u, env, how, full, err);
	env_close(env);
	return rc;
}

/* Where the map does not do, all of it again with a larger one. */
static int make(struct upgrade *u, struct err *err)
{
	const struct migration *how = migration_from(u->out->from);
	bool full = false;
	int rc = make_once(u, how, &full, err);

	while (rc && full && u->map_start < map_max(u)) {
		u->map_start *= 2;
		*err = ERR_NONE;
		full = false;
		rc = make_once(u, how, &full, err);
	}
	return rc;
}

/* ---- what came out ------------------------------------------------------------------ */

static int tell_trail(struct upgrade *u, struct opinia_store *s, struct err *err)
{
	struct opinia_audit entry;

	if (!u->why)
		return 0;
	entry = *u->why;
	entry.what = sv_of(arena_printf(&u->arena, "format %u to %u",
					(unsigned)u->out->from, (unsigned)u->out->to));
	return opinia_store_audit(s, &entry, err);
}

/*
 * Opened as any store is, which follows the list of the erased; the key file is left alone, as it must fit the
 * old store until the new one is in its place. Then no free pages, and no disagreement.
 */
static int prove(struct upgrade *u, struct err *err)
{
	struct opinia_store_options opt = *u->opt;
	struct opinia_check check = { .wrong = 0 };
	struct opinia_store *s;
	bool done = false;
	int rc;

	opt.dir = u->made;
	opt.key_file = keyfile_path(u->opt->key_file, u->opt->dir, &u->arena);
	opt.erased_file = erased_path(u->opt, &u->arena);
	opt.key_lent = true;
	opt.read_only = false;
	if (!opt.key_file || !opt.erased_file)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_store_open(&s, &opt, err);
	if (rc)
		return rc;
	rc = tell_trail(u, s, err);
	if (!rc)
		rc = opinia_store_compact(s, &done, err);
	if (!rc && !done)
		rc = busy(u, err);
	if (!rc)
		rc = opinia_store_check(s, u->ear->tell, u->ear->self, &check, err);
	u->out->rows = check.documents;
	u->out->bytes = env_bytes(s->env);
	opinia_store_close(s);
	return rc;
}

/* ---- all of it ---------------------------------------------------------------------- */

static int plan(struct upgrade *u, struct err *err)
{
	const struct migration *how;
	struct txn t;
	int rc = txn_read(&t, u->env, err);

	if (rc)
		return rc;
	rc = format_read(&t, u->opt->dir, &u->out->from, err);
	txn_abort(&t);
	u->out->to = STORE_FORMAT;
	u->out->bytes = env_bytes(u->env);
	if (rc || u->out->from == STORE_FORMAT)
		return rc;
	how = migration_from(u->out->from);
	if (!how)
		return format_fits(u->out->from, u->opt->dir, err);
	u->out->what = how->what;
	return 0;
}

/* What is found at once need not be found after an hour. */
static int has_key(struct upgrade *u, struct err *err)
{
	char *path = keyfile_path(u->opt->key_file, u->opt->dir, &u->arena);

	if (!path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (u->opt->without_key || !access(path, F_OK))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "the key file %s is not there; without it the store has "
		       "numbers but no words",
		       path);
}

/* Nobody else may have the store open from here on. */
static int change(struct upgrade *u, bool proved, struct err *err)
{
	int rc = proved ? has_key(u, err) : 0;

	if (rc)
		return rc;
	if (!env_alone(u->env))
		return busy(u, err);
	rc = make(u, err);
	if (!rc && proved)
		rc = prove(u, err);
	if (!rc)
		rc = env_swap(u->env, u->made, err);
	compact_remove(u->made);
	return rc;
}

static int upgrade_open(struct upgrade *u, bool dry, bool proved, struct err *err)
{
	const char *dir = u->opt->dir;
	struct env_options opt = { .dir = dir,
				   .read_only = dry,
				   .careful = !dry,
				   .map_start = u->map_start,
				   .map_max =
					   u->opt->map_max ? u->opt->map_max : MAP_MAX };
	char *data = arena_printf(&u->arena, "%s/data.mdb", dir);
	int rc;

	u->made = arena_printf(&u->arena, "%s/upgrade.new", dir);
	if (!data || !u->made)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (access(data, F_OK))
		return err_set(err, ERR_MISSING,
			       "there is no store in %s; `opinia init` makes one", dir);
	rc = env_open(&u->env, &opt, err);
	if (rc)
		return rc;
	rc = plan(u, err);
	if (!rc && !dry && u->out->what)
		rc = change(u, proved, err);
	else if (!rc && !dry && env_alone(u->env))
		compact_remove(u->made); /* of one that was stopped at its very end */
	env_close(u->env);
	return rc;
}

static int upgrade(const struct opinia_store_options *opt, bool dry, bool proved,
		   const struct opinia_upgrade_ear *ear, const struct opinia_audit *why,
		   struct opinia_upgrade *out, struct err *err)
{
	struct upgrade u = { .opt = opt, .ear = ear, .why = why, .out = out };
	struct err lent = ERR_NONE;
	int rc;

	*out = (struct opinia_upgrade){ .from = 0 };
	if (sodium_init() < 0)
		return err_set(err, ERR_SYSTEM, "libsodium does not start");
	u.map_start = opt->map_start ? opt->map_start : MAP_START;
	arena_init(&u.arena, 0);
	rc = upgrade_open(&u, dry, proved, err ? err : &lent);
	arena_release(&u.arena);
	return rc;
}

int opinia_store_upgrade(const struct opinia_store_options *opt, bool dry,
			 const struct opinia_upgrade_ear *ear,
			 const struct opinia_audit *why, struct opinia_upgrade *out,
			 struct err *err)
{
	return upgrade(opt, dry, true, ear, why, out, err);
}

int upgrade_unproved(const struct opinia_store_options *opt, struct opinia_upgrade *out,
		     struct err *err)
{
	return upgrade(opt, false, false, NULL, NULL, out, err);
}
