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
#include "store/docs.h"
#include "store/format.h"
#include "store/keys.h"
#include "store/meta.h"
#include "store/rollup.h"
#include "store/sealed_file.h"

static void docs_drop_all(struct txn *t)
{
	struct txn_cursor c;

	txn_cursor_open(&c, t, DB_DOC);
	for (bool more = txn_first(&c); more; more = txn_next(&c))
		txn_cursor_delete(&c);
	txn_cursor_close(&c);
}

/* Each document becomes a value by itself. */
static void docs_apart(struct txn *t, uint32_t next_id)
{
	struct doc *all = calloc(next_id, sizeof(*all));
	struct arena arena;
	struct key k;
	struct doc d;

	arena_init(&arena, 0);
	for (uint32_t id = 1; all && id < next_id; id++)
		if (docs_read(t, id, &d, &t->err) ||
		    docs_copy(&d, &arena, &all[id], &t->err))
			break;
	docs_drop_all(t);
	for (uint32_t id = 1; all && id < next_id && !t->err.code; id++) {
		uint8_t *to;

		key_u32(&k, id);
		to = txn_reserve(t, DB_DOC, key_sv(&k), all[id].n + all[id].sealed.n,
				 true);
		if (to)
			doc_write(&all[id], to);
	}
	if (!all)
		txn_fail(t, ERR_SYSTEM, "out of memory");
	arena_release(&arena);
	free(all);
}

static void rolls_without_sums(struct txn *t)
{
	struct txn_cursor c;

	txn_cursor_open(&c, t, DB_ROLL);
	for (bool more = txn_first(&c); more; more = txn_next(&c))
		if (c.key.n > 4 && (uint8_t)c.key.p[4] == ROLL_ALL_CHANNELS)
			txn_cursor_delete(&c);
	txn_cursor_close(&c);
}

static void state_0(struct txn *t, const struct state *s)
{
	char v[4 + 4 + 4 * KIND_COUNT + 4 + 4 + 4], *p = v;

	le_set(p, s->next_id, 4);
	le_set(p + 4, s->next_customer, 4);
	p += 8;
	for (int i = 0; i < KIND_COUNT; i++, p += 4)
		le_set(p, s->kinds[i], 4);
	le_set(p, s->revisions, 4);
	le_set(p + 4, s->erasures, 4);
	le_set(p + 8, s->lexicon, 4);
	meta_put(t, "state", (struct sv){ v, sizeof(v) });
}

static void change(struct txn *t, const char *to)
{
	struct state s;
	uint8_t four[4];

	if (!strcmp(to, "before")) {
		meta_drop(t, "layout");
		le_set(four, 4, 4);
		meta_put(t, "format", (struct sv){ (char *)four, 4 });
		return;
	}
	format_put(t, (uint32_t)strtoul(to, NULL, 10));
	if (strcmp(to, "0") != 0)
		return;
	state_read(t, &s);
	docs_apart(t, s.next_id);
	rolls_without_sums(t);
	state_0(t, &s);
}

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

static int change_in(struct env *env, const char *to, struct err *err)
{
	struct txn t;
	int rc = txn_write(&t, env, err);

	if (rc)
		return rc;
	change(&t, to);
	return txn_commit(&t, err);
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
			       : change_in(env, argv[2], &err);
	env_close(env);
	if (rc)
		fprintf(stderr, "store-older: %s\n", err.text);
	return rc ? 1 : 0;
}
