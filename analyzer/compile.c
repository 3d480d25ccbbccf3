/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.c: lexicon folders in, one table out; the order of the work, and the file.
 *
 * The new file is written beside the old one, looked at with the eyes of whoever will map it,
 * and only then takes its name: a running program keeps what it has mapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/build.h"

/* What tokens_split() needs, before there is a table: folding, and an empty one. */
static void borrow_view(struct builder *b)
{
	static const struct table_slot nothing[1];
	static const unsigned char no_emoticons[256];

	b->view = (struct table){ .slots = nothing, .emoticon = no_emoticons };
	b->view.fold_top = (const void *)b->sec[SEC_FOLDTOP].p;
	b->view.fold = (const void *)b->sec[SEC_FOLD].p;
	b->view.fold_pool = (const void *)b->sec[SEC_FOLDPOOL].p;
}

static void read_all(struct builder *b)
{
	struct build_list *root = vec_add(b, &b->state_list, sizeof(*root));
	char rules[32];
	int n = snprintf(rules, sizeof(rules), "rules %d table %d\n", RULES_VERSION,
			 TABLE_VERSION);

	crypto_hash_sha256_init(&b->hash);
	crypto_hash_sha256_update(&b->hash, (const unsigned char *)rules,
				  (unsigned long long)n);
	if (root)
		*root = (struct build_list){ NO_INDEX, NO_INDEX, true };
	build_string(b, SV(""));
	build_fold(b);
	borrow_view(b);
	if (b->failed)
		return;
	build_key(b, SV("#"), false);
	build_taxonomy(b);
	build_packs(b);
	build_settings(b);
	build_lists(b);
	build_suffixes(b);
	build_learned(b);
	if (!b->failed && !b->errors)
		build_lid(b);
	if (!b->failed && !b->errors)
		build_freeze(b);
	build_typos(b);
}

static void finish_hash(struct builder *b, struct table_header *h)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(digest) + 1];

	crypto_hash_sha256_final(&b->hash, digest);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	memset(h->hash, 0, sizeof(h->hash));
	memcpy(h->hash, "sha256:", 7);
	memcpy(h->hash + 7, hex, 64);
}

/* The whole file in one piece of memory; NULL: out of memory. */
static unsigned char *put_together(struct builder *b, size_t *size)
{
	struct table_header h = { .magic = TABLE_MAGIC, .version = TABLE_VERSION };
	size_t at = sizeof(h);
	unsigned char *all;

	for (int i = 0; i < SEC_COUNT; i++) {
		h.section[i].offset = at;
		h.section[i].bytes = b->sec[i].n;
		at = (at + b->sec[i].n + 7) & ~(size_t)7;
	}
	all = calloc(1, at);
	if (!all)
		return NULL;
	for (int i = 0; i < SEC_COUNT; i++)
		if (b->sec[i].n)
			memcpy(all + h.section[i].offset, b->sec[i].p, b->sec[i].n);
	h.byte_order = 0x01020304;
	h.size = at;
	finish_hash(b, &h);
	memcpy(all, &h, sizeof(h));
	h.seal = table_seal(all, at);
	memcpy(all, &h, sizeof(h));
	*size = at;
	return all;
}

static bool write_all(int fd, const unsigned char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return false;
		p += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return fchmod(fd, 0644) == 0 && fsync(fd) == 0;
}

static int write_file(const char *path, const unsigned char *p, size_t n, struct err *err)
{
	char temporary[4096];
	bool good;
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >=
	    (int)sizeof(temporary))
		return err_set(err, ERR_USAGE, "%s: the name is too long", path);
	fd = mkstemp(temporary);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	good = write_all(fd, p, n);
	good &= close(fd) == 0;
	if (good && rename(temporary, path) == 0)
		return 0;
	err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	unlink(temporary);
	return ERR_SYSTEM;
}

static int write_table(struct builder *b, const char *out_path, struct err *err)
{
	struct table t;
	size_t size = 0;
	unsigned char *all = put_together(b, &size);
	int rc;

	if (!all)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = table_view(&t, all, size, err);
	if (rc) {
		err_at(err, "what was just made");
		err->code = ERR_BUG;
		rc = ERR_BUG;
	} else {
		rc = write_file(out_path, all, size, err);
	}
	free(all);
	return rc;
}

/* Everything but the file; 0, or what is in b->err. */
static int compile(struct builder *b)
{
	if (!build_languages(b))
		return (int)b->err->code;
	read_all(b);
	if (b->errors)
		return (int)b->err->code;
	if (b->failed)
		return err_set(b->err, ERR_SYSTEM,
			       "out of memory, or a file of more than 64 MiB");
	if (b->collided)
		return err_set(b->err, ERR_BUG,
			       "two words of the lexicon have the same hash");
	return 0;
}

int opinia_lexicon_compile(const char *source_dir, const char *const *overlays,
			   const char *out_path,
			   void (*tell)(void *ctx,
					const struct opinia_lexicon_note *note),
			   void *ctx, struct err *err)
{
	struct err local = ERR_NONE;
	struct builder *b = calloc(1, sizeof(*b));
	int rc = 0;

	err = err ? err : &local;
	if (!b || sodium_init() < 0) {
		free(b);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	arena_init(&b->arena, 0);
	scratch_init(&b->scratch, &b->view);
	b->tell = tell;
	b->ctx = ctx;
	b->err = err;
	b->dirs[b->dir_count++] = source_dir;
	for (; overlays && *overlays && b->dir_count < BUILD_DIRS_MAX; overlays++)
		b->dirs[b->dir_count++] = *overlays;
	if (overlays && *overlays)
		rc = err_set(err, ERR_USAGE, "more than %d overlays", BUILD_DIRS_MAX - 1);
	if (!rc)
		rc = compile(b);
	if (!rc)
		rc = write_table(b, out_path, err);
	build_release(b);
	free(b);
	return rc;
}
