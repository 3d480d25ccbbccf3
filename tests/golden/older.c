/* SPDX-License-Identifier: Apache-2.0 */
/*
 * older.c: makes of a store one that another opinia would have made, for tests of what this one then does.
 *
 * `store-older DIR 0` turns it into format 0, which store/migrate_0.c describes; `store-older DIR N`
 * only says that it is of format N; `store-older DIR before` says so as stores from before the first
 * release do. `store-older DIR backup FILE` seals the data file as `opinia backup` did in its time, with
 * the key DIR.key.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/crypto.h"
#include "store/meta.h"
#include "store/sealed_file.h"
#include "tests/store/older.h"

static int seal(FILE *from, FILE *to, const char *dir, const uint8_t *id, struct err *err)
{
	struct keyset set, next;
	struct sealed_head h;
	uint8_t key[KEY_BYTES], hash[SEALED_HASH];
	char path[PATH_MAX];
	uint64_t bytes;
	bool has_next;
	int rc;

	snprintf(path, sizeof(path), "%s.key", dir);
	rc = keyfile_load(path, id, &set, &next, &has_next, err);
	sealed_head_make(&h, id, false);
	sealed_key_of(&h, set.secret, key);
	if (!rc)
		rc = sealed_write(from, to, &h, key, hash, &bytes, err);
	keyset_release(&set);
	keyset_release(&next);
	return rc;
}

static int backup(struct env *env, const char *dir, const char *file, struct err *err)
{
	uint8_t id[STORE_ID_BYTES] = { 0 };
	char path[PATH_MAX];
	FILE *from, *to;
	struct txn t;
	int rc = txn_read(&t, env, err);

	if (rc)
		return rc;
	memcpy(id, meta_get(&t, "store").p, sizeof(id));
	txn_abort(&t);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	from = fopen(path, "re");
	to = fopen(file, "we");
	rc = from && to ? seal(from, to, dir, id, err)
			: err_set(err, ERR_SYSTEM, "%s: cannot be opened", file);
	if (from)
		fclose(from);
	if (to && fclose(to) && !rc)
		rc = err_set(err, ERR_SYSTEM, "%s: cannot be written", file);
	return rc;
}

int main(int argc, char **argv)
{
	struct env_options opt = { .map_start = 256 << 20, .map_max = 1 << 30 };
	struct err err = ERR_NONE;
	struct env *env;
	int rc;

	if (argc < 3 || sodium_init() < 0) {
		fprintf(stderr, "store-older DIR 0|NUMBER|before|backup FILE\n");
		return 2;
	}
	opt.dir = argv[1];
	rc = env_open(&env, &opt, &err);
	if (!rc)
		rc = argc == 4 ? backup(env, argv[1], argv[3], &err)
			       : older_make(env, argv[2], &err);
	env_close(env);
	if (rc)
		fprintf(stderr, "store-older: %s\n", err.text);
	return rc ? 1 : 0;
}
