/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_keyfile.c: the tree of keys loses exactly what is destroyed, and the key file says the same
 * after each change, whatever its bytes were before.
 */
#include <criterion/criterion.h>
#include <fcntl.h>

#include "core/buf.h"
#include "store/crypto.h"
#include "store/disk.h"
#include "tests/store/kit.h"

static const uint8_t id_one[STORE_ID_BYTES] = { 1 }, id_two[STORE_ID_BYTES] = { 2 };
static const uint8_t master[KEY_BYTES] = { 42 };

Test(keytree, what_is_destroyed_is_gone_and_all_else_stays_as_it_was)
{
	static const uint32_t numbers[] = { 0,		1,	   2,	       3,
					    4,		17,	   255,	       256,
					    0xffff,	0x10000,   0x7fffffff, 0x80000000,
					    0xfffffffe, 0xffffffff };
	enum { COUNT = sizeof(numbers) / sizeof(numbers[0]) };
	struct keyset k;
	struct err err = ERR_NONE;
	uint8_t was[2][COUNT][KEY_BYTES], now[KEY_BYTES];
	size_t nodes;

	cr_assert(sodium_init() >= 0 && !keyset_derive(&k, master, id_one, &err));
	for (int s = 0; s < TREE_SPACES; s++)
		for (int i = 0; i < COUNT; i++)
			cr_assert(keytree_key(k.tree, (enum tree_space)s, numbers[i],
					      was[s][i]));
	cr_expect(memcmp(was[0][5], was[1][5], KEY_BYTES), "spaces have other keys");
	for (int gone = 0; gone < COUNT; gone++) {
		cr_assert(keytree_destroy(k.tree, TREE_RECORDS, numbers[gone]));
		cr_assert(keytree_destroy(k.tree, TREE_RECORDS, numbers[gone]), "twice");
		for (int s = 0; s < TREE_SPACES; s++)
			for (int i = 0; i < COUNT; i++) {
				bool has = keytree_key(k.tree, (enum tree_space)s,
						       numbers[i], now);

				cr_expect_eq(has, s == TREE_CUSTOMERS || i > gone);
				cr_expect(!has || !memcmp(now, was[s][i], KEY_BYTES),
					  "key %x of space %d", numbers[i], s);
			}
	}
	keytree_nodes(k.tree, &nodes);
	cr_expect(nodes < 1 + 48 * COUNT, "%zu nodes", nodes);
	keyset_release(&k);
}

Test(keytree, neighbours_are_all_different_and_a_random_order_gives_the_same)
{
	enum { N = 5000 };
	struct kit_random rnd = { 7 };
	struct keyset k;
	struct err err = ERR_NONE;
	uint8_t(*all)[KEY_BYTES] = calloc(N, KEY_BYTES), one[KEY_BYTES];

	cr_assert(sodium_init() >= 0 && !keyset_derive(&k, master, id_one, &err));
	for (uint32_t n = 0; n < N; n++) {
		keytree_key(k.tree, TREE_CUSTOMERS, n, all[n]);
		cr_expect(!n || memcmp(all[n], all[n - 1], KEY_BYTES));
	}
	for (int i = 0; i < N; i++) {
		uint32_t n = kit_below(&rnd, N);

		if (i % 50 == 0)
			cr_assert(keytree_destroy(k.tree, TREE_CUSTOMERS, N + n));
		keytree_key(k.tree, TREE_CUSTOMERS, n, one);
		cr_expect(!memcmp(one, all[n], KEY_BYTES), "number %u", n);
	}
	keyset_release(&k);
	free(all);
}

/* ---- the file ---------------------------------------------------------------------- */

struct file {
	char dir[64], path[80];
	struct err err;
	struct keyset a, b;
	bool next;
};

static struct file *file_new(void)
{
	struct file *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/opinia-key-XXXXXX");
	cr_assert(sodium_init() >= 0 && mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/k", f->dir);
	return f;
}

static int file_load(struct file *f, const uint8_t *id)
{
	keyset_release(&f->a);
	keyset_release(&f->b);
	return keyfile_load(f->path, id, &f->a, &f->b, &f->next, &f->err);
}

static void file_free(struct file *f)
{
	keyset_release(&f->a);
	keyset_release(&f->b);
	kit_remove(f->dir);
	free(f);
}

static bool same_key(struct keyset *x, struct keyset *y, uint32_t number)
{
	uint8_t a[KEY_BYTES], b[KEY_BYTES];

	return keytree_key(x->tree, TREE_CUSTOMERS, number, a) &&
	       keytree_key(y->tree, TREE_CUSTOMERS, number, b) &&
	       !memcmp(a, b, KEY_BYTES);
}

Test(keyfile, a_key_is_never_overwritten_and_must_be_private)
{
	struct file *f = file_new();
	struct stat st;
	struct keyset other;
	uint8_t key[KEY_BYTES];

	cr_assert_eq(keyfile_make(f->path, &f->err), 0, "%s", f->err.text);
	cr_expect(!stat(f->path, &st) && (st.st_mode & 0777) == 0600);
	cr_expect_eq(keyfile_make(f->path, &f->err), ERR_CONFIG);
	cr_assert_eq(file_load(f, id_two), 0, "%s", f->err.text);
	other = f->a;
	f->a = (struct keyset){ .tree = NULL };
	cr_assert_eq(file_load(f, id_one), 0, "%s", f->err.text);
	cr_expect(memcmp(f->a.secret, other.secret, KEY_BYTES),
		  "another store has other keys");
	keytree_key(f->a.tree, TREE_CUSTOMERS, 0, key);
	cr_expect(memcmp(f->a.secret, key, KEY_BYTES), "another purpose has another key");
	keyset_release(&other);
	chmod(f->path, 0644);
	cr_expect_eq(file_load(f, id_one), ERR_CONFIG);
	cr_expect(strstr(f->err.text, "chmod 600"), "%s", f->err.text);
	chmod(f->path, 0600);
	cr_expect(!truncate(f->path, 40) && file_load(f, id_one) == ERR_CONFIG);
	unlink(f->path);
	cr_expect_eq(file_load(f, id_one), ERR_MISSING);
	file_free(f);
}

Test(keyfile, what_is_destroyed_stays_destroyed_and_an_older_copy_still_fits)
{
	struct file *f = file_new();
	struct keyset first;
	struct stat st;

	cr_assert_eq(keyfile_make(f->path, &f->err), 0);
	cr_assert_eq(file_load(f, id_one), 0);
	first = f->a;
	f->a = (struct keyset){ .tree = NULL };
	for (uint32_t n = 10; n < 20; n++) {
		cr_assert_eq(file_load(f, id_one), 0, "%s", f->err.text);
		cr_assert(keytree_destroy(f->a.tree, TREE_CUSTOMERS, n));
		cr_assert_eq(keyfile_put(f->path, id_one, &f->a, &f->err), 0, "%s",
			     f->err.text);
	}
	cr_expect(!stat(f->path, &st) && (st.st_mode & 0777) == 0600);
	cr_expect_eq(file_load(f, id_two), ERR_CONFIG, "it is one store's now");
	cr_expect(strstr(f->err.text, "another store"), "%s", f->err.text);
	cr_assert_eq(file_load(f, id_one), 0, "%s", f->err.text);
	cr_expect(!memcmp(first.secret, f->a.secret, KEY_BYTES));
	for (uint32_t n = 0; n < 30; n++)
		cr_expect_eq(same_key(&first, &f->a, n), n < 10 || n >= 20, "number %u",
			     n);
	keyset_release(&first);
	file_free(f);
}

/* The file with @lines of its lines, from @from on, taken out. */
static void cut_lines(const char *path, struct sv whole, size_t from, size_t lines)
{
	FILE *f = fopen(path, "w");

	cr_assert(f != NULL);
	for (size_t i = 0; whole.n; i++) {
		struct sv line = sv_cut(&whole, '\n');

		if (i < from || i >= from + lines)
			fprintf(f, SV_FMT "\n", SV_ARG(line));
	}
	fclose(f);
}

Test(keyfile, one_that_lost_a_line_is_not_one_with_somebody_erased)
{
	struct file *f = file_new();
	struct buf whole;
	size_t lines = 0;

	buf_init(&whole, 0);
	cr_assert_eq(keyfile_make(f->path, &f->err), 0);
	cr_assert_eq(file_load(f, id_one), 0);
	cr_assert(keytree_destroy(f->a.tree, TREE_CUSTOMERS, 7));
	cr_assert_eq(keyfile_put(f->path, id_one, &f->a, &f->err), 0);
	cr_assert_eq(disk_read(f->path, KEYFILE_MAX, &whole, &f->err), 0);
	for (size_t i = 0; i < whole.n; i++)
		lines += whole.p[i] == '\n';
	cr_assert(lines > 20, "%zu lines", lines);
	for (size_t i = 1; i < lines; i++) {
		cut_lines(f->path, buf_sv(&whole), i, 1);
		cr_expect_eq(file_load(f, id_one), ERR_CONFIG, "without line %zu", i);
		cut_lines(f->path, buf_sv(&whole), i, lines);
		cr_expect_eq(file_load(f, id_one), ERR_CONFIG, "cut at line %zu", i);
	}
	cut_lines(f->path, buf_sv(&whole), lines, 1);
	cr_expect_eq(file_load(f, id_one), 0, "%s", f->err.text);
	cr_assert_eq(keyfile_begin(f->path, master, &f->err), 0);
	cr_expect_eq(file_load(f, id_one), 0, "while it is changed: %s", f->err.text);
	buf_release(&whole);
	file_free(f);
}

Test(keyfile, a_change_has_both_until_it_ends_either_way)
{
	static const uint8_t other[KEY_BYTES] = { 99 };

	for (int kept = 0; kept < 2; kept++) {
		struct file *f = file_new();
		struct keyset want;

		cr_assert_eq(keyfile_make(f->path, &f->err), 0);
		cr_assert_eq(file_load(f, id_one), 0);
		cr_expect(!f->next);
		if (kept)
			keyset_derive(&want, other, id_one, &f->err);
		else {
			want = f->a;
			f->a = (struct keyset){ .tree = NULL };
		}
		cr_assert_eq(keyfile_begin(f->path, master, &f->err), 0);
		cr_assert_eq(keyfile_begin(f->path, other, &f->err), 0, "begun again");
		cr_assert_eq(file_load(f, id_one), 0, "%s", f->err.text);
		cr_expect(f->next && same_key(kept ? &f->b : &f->a, &want, 5));
		cr_assert_eq(keyfile_end(f->path, !kept, &f->err), 0, "%s", f->err.text);
		cr_assert_eq(file_load(f, id_one), 0);
		cr_expect(!f->next && same_key(&f->a, &want, 5));
		keyset_release(&want);
		file_free(f);
	}
}

Test(keyfile, foreign_bytes_are_no_key)
{
	static const char *const table[] = {
		"",
		"opinia key 1\n",
		"opinia key 3\n00\n",
		"opinia key 1\nzz\n",
		"opinia key 2\nstore 01\n",
		"opinia key 2\nstore 01000000000000000000000000000000\n"
		"secret "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"node 0 17 00000000 "
		"0000000000000000000000000000000000000000000000000000000000000000\n",
		"opinia key 2\nstore 01000000000000000000000000000000\n"
		"secret "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"node 0 1 00000001 "
		"0000000000000000000000000000000000000000000000000000000000000000\n",
		"opinia key 2\nstore 01000000000000000000000000000000\n"
		"secret "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"node 1 0 00000000 "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"node 0 0 00000000 "
		"0000000000000000000000000000000000000000000000000000000000000000\n",
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct file *f = file_new();
		int fd = open(f->path, O_WRONLY | O_CREAT, 0600);

		cr_assert(fd >= 0 && write(fd, table[i], strlen(table[i])) ==
					     (ssize_t)strlen(table[i]));
		close(fd);
		cr_expect_eq(file_load(f, id_one), ERR_CONFIG, "row %zu", i);
		file_free(f);
	}
}
