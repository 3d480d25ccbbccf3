/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_beside.c: hostile bytes as the files that stand beside a store: a key file, the list of the
 * erased, a backup. The first byte says which.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/crypto.h"
#include "store/erased.h"
#include "store/sealed_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t id[STORE_ID_BYTES] = { 1 };

static int take(void *self, const struct erased_digest *d, size_t n, struct err *err)
{
	size_t *all = self;

	(void)err;
	for (size_t i = 0; i < n; i++)
		if (d[i].kind != 'p' && d[i].kind != 'r')
			abort();
	*all += n;
	return 0;
}

static void try_key(const char *path)
{
	struct keyset a, b;
	uint8_t key[KEY_BYTES];
	bool next;

	if (!keyfile_load(path, id, &a, &b, &next, NULL)) {
		keytree_key(a.tree, TREE_RECORDS, 77, key);
		keytree_destroy(a.tree, TREE_RECORDS, 77);
		if (keytree_key(a.tree, TREE_RECORDS, 77, key))
			abort();
	}
	keyset_release(&a);
	keyset_release(&b);
}

static void try_list(char *path)
{
	struct opinia_store s = { .erased_path = path };
	struct erased_mark mark = { .number = 0 };
	size_t all = 0;

	memcpy(s.id, id, sizeof(id));
	erased_follow(&s, &mark, take, &all, NULL);
}

static void try_backup(const char *path)
{
	uint8_t key[KEY_BYTES] = { 0 }, hash[SEALED_HASH];
	FILE *f = fopen(path, "re");
	struct sealed_head h;
	uint64_t bytes;

	if (f && !sealed_head_read(f, path, &h, NULL) &&
	    !sealed_read(f, NULL, &h, key, hash, &bytes, NULL))
		abort(); /* nobody has sealed it */
	if (f)
		fclose(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd;

	if (!size || sodium_init() < 0)
		return 0;
	fd = memfd_create("beside", MFD_CLOEXEC);
	if (fd < 0 || fchmod(fd, 0600) ||
	    write(fd, data + 1, size - 1) != (ssize_t)size - 1)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (data[0] == 'k')
		try_key(path);
	else if (data[0] == 'l')
		try_list(path);
	else
		try_backup(path);
	close(fd);
	return 0;
}
