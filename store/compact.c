/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compact.c: the data file without what was deleted in it.
 *
 * LMDB never writes over a free page before it needs it, so what was erased lies in the file for
 * long. A copy has only what is there; it takes the file's place with one rename.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/compact.h"
#include "store/inside.h"
#include "store/meta.h"

int opinia_store_unswept(struct opinia_store *s, bool *out, struct err *err)
{
	struct txn t;
	int rc = txn_read(&t, s->env, err);

	*out = false;
	if (rc)
		return rc;
	*out = meta_get(&t, "unswept").n != 0;
	rc = txn_failed(&t, err);
	txn_abort(&t);
	return rc;
}

int compact_swept(const struct opinia_store *s, const char *dir, struct err *err)
{
	struct env_options opt = { .dir = dir,
				   .map_start = s->map_start,
				   .map_max = s->map_max };
	struct env *env;
	struct txn t;
	int rc = env_open(&env, &opt, err);

	if (rc)
		return rc;
	rc = txn_write(&t, env, err);
	if (!rc) {
		meta_drop(&t, "unswept");
		rc = txn_commit(&t, err);
	}
	env_close(env);
	return rc;
}

static void remove_files(const char *dir)
{
	static const char *const names[] = { "data.mdb", "lock.mdb" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path;

		if (asprintf(&path, "%s/%s", dir, names[i]) < 0)
			return;
		unlink(path);
		free(path);
	}
	rmdir(dir);
}

void compact_remove(const char *dir)
{
	char *inner; /* it may have been compacted itself when it was left */

	if (asprintf(&inner, "%s/compact.new", dir) >= 0) {
		remove_files(inner);
		free(inner);
	}
	remove_files(dir);
}

static int copy_and_swap(struct opinia_store *s, const char *dir, struct err *err)
{
	int rc;

	compact_remove(dir);
	if (mkdir(dir, 0700))
		return err_set(err, ERR_SYSTEM, "%s: %s", dir, strerror(errno));
	rc = env_copy(s->env, dir, err);
	if (!rc)
		rc = compact_swept(s, dir, err);
	if (!rc)
		rc = env_swap(s->env, dir, err);
	compact_remove(dir);
	return rc;
}

int opinia_store_compact(struct opinia_store *s, bool *done, struct err *err)
{
	char *dir;
	int rc;

	*done = false;
	if (s->read_only)
		return err_set(err, ERR_CONFIG, "the store was opened only to be read");
	if (!env_alone(s->env))
		return 0;
	if (asprintf(&dir, "%s/compact.new", s->dir) < 0)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else {
		rc = copy_and_swap(s, dir, err);
		free(dir);
	}
	env_share(s->env);
	*done = !rc;
	return rc;
}
