/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env.c: the LMDB environment: opening, its map's size, and its codes made ours.
 *
 * The map may only change size while this process has no transaction open, so
 * transactions are counted here; who wants to grow it waits for the last one to end.
 */
#include "store/disk.h"
#include "store/env.h"
#include "store/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum { READERS_MAX = 512, GROW_WAIT_S = 10, SWEEP_S = 60, FULL_BYTES = 1 << 16 };
/* LMDB answers EINVAL to a table of this number. */
#define NO_TABLE ((MDB_dbi)-1)

static const char *const db_names[DB_COUNT] = {
	[DB_META] = "meta",	    [DB_DOC] = "doc",	  [DB_HIST] = "hist",
	[DB_NAMES] = "names",	    [DB_BITS] = "bits",	  [DB_TEXT] = "text",
	[DB_ROLL] = "roll",	    [DB_RUNS] = "runs",	  [DB_CUSTOMER] = "customer",
	[DB_REDIRECT] = "redirect", [DB_LINK] = "link",	  [DB_RECKEY] = "reckey",
	[DB_CURSOR] = "cursor",	    [DB_AUDIT] = "audit", [DB_GONE] = "gone",
};

int env_error(struct err *err, int rc, const char *doing)
{
	switch (rc) {
	case MDB_SUCCESS:
		return 0;
	case MDB_MAP_FULL:
		return err_set(err, ERR_SYSTEM, "%s: the store's map is full", doing);
	case MDB_READERS_FULL:
		return err_set(err, ERR_AGAIN, "%s: too many readers at once", doing);
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
		return err_set(err, ERR_INPUT, "%s: the data file is damaged (%s)", doing,
			       mdb_strerror(rc));
	case MDB_PANIC:
		return err_set(err, ERR_SYSTEM,
			       "%s: the disk failed in the middle of an earlier write; "
			       "close the store, open it again and run `opinia check`",
			       doing);
	case ENOSPC:
		return err_set(err, ERR_SYSTEM, "%s: the disk is full", doing);
	default:
		return err_set(err, ERR_SYSTEM, "%s: %s", doing, mdb_strerror(rc));
	}
}

bool env_disk_full(const struct env *env)
{
	struct statvfs fs;

	return !statvfs(env->options.dir, &fs) &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < FULL_BYTES;
}

/* ---- opening ----------------------------------------------------------------------- */

static int env_tables(struct env *env, bool create, struct err *err)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env->mdb, NULL, create ? 0 : MDB_RDONLY, &txn);

	if (rc == MDB_MAP_RESIZED) {
		mdb_env_set_mapsize(env->mdb, 0);
		rc = mdb_txn_begin(env->mdb, NULL, create ? 0 : MDB_RDONLY, &txn);
	}
	if (rc)
		return env_error(err, rc, "opening the store");
	for (int i = 0; i < DB_COUNT && !rc; i++) {
		rc = mdb_dbi_open(txn, db_names[i], create ? MDB_CREATE : 0,
				  &env->dbi[i]);
		if (rc == MDB_NOTFOUND) { /* of another format, or damaged: env_has() */
			env->dbi[i] = NO_TABLE;
			rc = 0;
		}
	}
	if (rc) {
		mdb_txn_abort(txn);
		return env_error(err, rc, "opening the store's tables");
	}
	return env_error(err, mdb_txn_commit(txn), "opening the store's tables");
}

/* A file system without locks has to do without. */
static int env_lock(struct env *env, struct err *err)
{
	env->folder = open(env->options.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (env->folder < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", env->options.dir,
			       strerror(errno));
	if (flock(env->folder, LOCK_SH) && errno == EINTR)
		return err_set(err, ERR_AGAIN, "%s is being compacted", env->options.dir);
	return 0;
}

static int env_start(struct env *env, const struct env_options *opt, struct err *err)
{
	struct stat st;
	size_t map = opt->map_start;
	unsigned flags = MDB_NOTLS | (opt->read_only ? (unsigned)MDB_RDONLY : 0);
	int rc;

	if (!stat(env->data_path, &st) && (uint64_t)st.st_size > map / 2)
		map = (size_t)st.st_size * 2;
	if (map > opt->map_max)
		map = opt->map_max;
	rc = opt->create ? 0 : pages_verify(env->data_path, opt->careful, err);
	if (rc)
		return rc;
	rc = mdb_env_create(&env->mdb);
	if (!rc)
		rc = mdb_env_set_maxdbs(env->mdb, DB_COUNT);
	if (!rc)
		rc = mdb_env_set_maxreaders(env->mdb, READERS_MAX);
	if (!rc)
		rc = mdb_env_set_mapsize(env->mdb, map);
	if (!rc)
		rc = mdb_env_open(env->mdb, opt->dir, flags, 0600);
	if (!rc) /* slots that a killed process left behind keep old pages alive */
		rc = mdb_reader_check(env->mdb, NULL);
	return env_error(err, rc, opt->dir);
}

int env_open(struct env **out, const struct env_options *opt, struct err *err)
{
	struct env *env = calloc(1, sizeof(*env));
	pthread_condattr_t attr;
	int rc;

	*out = NULL;
	if (env)
		env->data_path = malloc(strlen(opt->dir) + sizeof("/data.mdb"));
	if (!env || !env->data_path) {
		free(env);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	snprintf(env->data_path, strlen(opt->dir) + sizeof("/data.mdb"), "%s/data.mdb",
		 opt->dir);
	env->read_only = opt->read_only;
	env->map_max = opt->map_max;
	env->options = *opt;
	env->folder = -1;
	env->options.dir = strdup(opt->dir);
	pthread_mutex_init(&env->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&env->idle, &attr);
	pthread_condattr_destroy(&attr);
	rc = env->options.dir ? env_lock(env, err)
			      : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = env_start(env, opt, err);
	if (!rc)
		rc = env_tables(env, opt->create, err);
	if (rc) {
		env_close(env);
		return rc;
	}
	*out = env;
	return 0;
}

bool env_has(const struct env *env, enum db db)
{
	return env->dbi[db] != NO_TABLE;
}

int env_complete(const struct env *env, struct err *err)
{
	for (int i = 0; i < DB_COUNT; i++)
		if (!env_has(env, (enum db)i))
			return err_set(err, ERR_INPUT,
				       "%s: the data file is damaged (no table `%s`)",
				       env->options.dir, db_names[i]);
	return 0;
}

void env_close(struct env *env)
{
	if (!env)
		return;
	if (env->mdb)
		mdb_env_close(env->mdb);
	pthread_cond_destroy(&env->idle);
	pthread_mutex_destroy(&env->lock);
	if (env->folder >= 0)
		close(env->folder);
	free((char *)env->options.dir);
	free(env->data_path);
	free(env);
}

struct reader_walk {
	void (*take)(void *self, int pid, uint64_t at, uint64_t behind);
	void *self;
	uint64_t now;
};

/* LMDB tells its readers as lines "   pid  thread  txnid", the number a "-" when it reads nothing. */
static int reader_line(const char *line, void *ctx)
{
	struct reader_walk *w = ctx;
	unsigned long long txn;
	int pid;

	if (sscanf(line, "%10d %*s %llu", &pid, &txn) == 2)
		w->take(w->self, pid, txn, w->now > txn ? w->now - txn : 0);
	return 0;
}

int env_readers(struct env *env,
		void (*take)(void *self, int pid, uint64_t at, uint64_t behind),
		void *self, struct err *err)
{
	struct reader_walk w = { take, self, 0 };
	MDB_envinfo info;
	int rc = mdb_reader_check(env->mdb, NULL);

	if (!rc)
		rc = mdb_env_info(env->mdb, &info);
	if (!rc) {
		w.now = info.me_last_txnid;
		rc = mdb_reader_list(env->mdb, reader_line, &w);
	}
	return rc < 0 ? err_set(err, ERR_SYSTEM, "listing the store's readers failed")
		      : env_error(err, rc, "listing the store's readers");
}

int env_verify(struct env *env, struct err *err)
{
	return pages_verify(env->data_path, true, err);
}

uint64_t env_bytes(const struct env *env)
{
	struct stat st;

	return stat(env->data_path, &st) ? 0 : (uint64_t)st.st_size;
}

size_t env_map_size(struct env *env)
{
	MDB_envinfo info;

	return mdb_env_info(env->mdb, &info) ? 0 : info.me_mapsize;
}

/* ---- the map ----------------------------------------------------------------------- */

/* A killed reader keeps old pages alive; whoever runs for long gives its slot back. */
static bool sweep_due(struct env *env)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec < env->swept + SWEEP_S)
		return false;
	env->swept = now.tv_sec;
	return true;
}

void env_enter(struct env *env)
{
	bool sweep;

	pthread_mutex_lock(&env->lock);
	while (env->growing)
		pthread_cond_wait(&env->idle, &env->lock);
	env->active++;
	sweep = sweep_due(env);
	pthread_mutex_unlock(&env->lock);
	if (sweep && env->mdb) /* inside: nobody changes env->mdb now */
		mdb_reader_check(env->mdb, NULL);
}

void env_leave(struct env *env)
{
	pthread_mutex_lock(&env->lock);
	if (!--env->active)
		pthread_cond_broadcast(&env->idle);
	pthread_mutex_unlock(&env->lock);
}

/* Wait until no transaction is open, then set the size; 0: as the file says. */
static int env_resize(struct env *env, size_t bytes, struct err *err)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += GROW_WAIT_S;
	pthread_mutex_lock(&env->lock);
	while (env->growing)
		pthread_cond_wait(&env->idle, &env->lock);
	env->growing = true;
	while (env->active && !rc)
		rc = pthread_cond_timedwait(&env->idle, &env->lock, &until);
	if (env->active)
		rc = err_set(err, ERR_AGAIN,
			     "the store's map must change its size, but a snapshot is "
			     "held open");
	else
		rc = env_error(err, mdb_env_set_mapsize(env->mdb, bytes),
			       "growing the store's map");
	env->growing = false;
	pthread_cond_broadcast(&env->idle);
	pthread_mutex_unlock(&env->lock);
	return rc;
}

int env_follow(struct env *env, struct err *err)
{
	return env_resize(env, 0, err);
}

int env_grow(struct env *env, struct err *err)
{
	size_t size = env_map_size(env);

	if (size >= env->map_max)
		return err_set(err, ERR_SYSTEM,
			       "the store has reached its largest size, %zu bytes",
			       env->map_max);
	return env_resize(env, size > env->map_max / 2 ? env->map_max : size * 2, err);
}

/* ---- copies ------------------------------------------------------------------------ */

/* LMDB makes a copy as the umask says, and does not sync it. */
static int sync_file(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int bad = fd < 0 || fchmod(fd, 0600) || fsync(fd);
	int was = errno;

	if (fd >= 0)
		close(fd);
	return bad ? err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(was)) : 0;
}

int env_copy(struct env *env, const char *dir, struct err *err)
{
	char *path;
	int rc;

	if (asprintf(&path, "%s/data.mdb", dir) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	env_enter(env);
	rc = env_error(err, mdb_env_copy2(env->mdb, dir, MDB_CP_COMPACT),
		       "copying the store");
	env_leave(env);
	if (!rc)
		rc = sync_file(path, err);
	free(path);
	return rc;
}

bool env_alone(struct env *env)
{
	if (!flock(env->folder, LOCK_EX | LOCK_NB))
		return true;
	env_share(env); /* asking may have given up the lock that was there */
	return false;
}

void env_share(struct env *env)
{
	while (flock(env->folder, LOCK_SH) && errno == EINTR)
		;
}

/* With the lock held and nobody inside. */
static int swap_files(struct env *env, const char *from, struct err *err)
{
	struct env_options opt = env->options;
	int rc = disk_rename(from, env->data_path, err), rc2;

	opt.create = false;
	mdb_env_close(env->mdb);
	env->mdb = NULL;
	rc2 = env_start(env, &opt, rc ? NULL : err);
	if (!rc2)
		rc2 = env_tables(env, false, rc ? NULL : err);
	return rc ? rc : rc2;
}

int env_swap(struct env *env, const char *dir, struct err *err)
{
	char *from;
	int rc;

	if (asprintf(&from, "%s/data.mdb", dir) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	pthread_mutex_lock(&env->lock);
	rc = env->active || env->growing
		     ? err_set(err, ERR_AGAIN, "a snapshot of the store is held open")
		     : swap_files(env, from, err);
	pthread_mutex_unlock(&env->lock);
	free(from);
	return rc;
}
