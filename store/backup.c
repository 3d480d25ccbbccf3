/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.c: a checked copy of the store, in one encrypted file. The copy lies beside the file until it
 * was checked and sealed; it is as safe as the store itself, as its words are encrypted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/compact.h"
#include "store/crypto.h"
#include "store/disk.h"
#include "store/inside.h"
#include "store/sealed_file.h"

struct backup {
	struct opinia_store *store;
	const char *file, *passphrase_file;
	void (*tell)(void *self, const char *what);
	void *self;
	char *copy, *part; /* FILE.copy, a folder; FILE.part */
	uint8_t key[KEY_BYTES], hash[SEALED_HASH];
	struct opinia_backup *out;
};

/* ---- the copy ---------------------------------------------------------------------- */

static int check_copy(struct backup *b, struct err *err)
{
	struct opinia_store *s = b->store, *copy;
	struct opinia_store_options opt = { .dir = b->copy,
					    .key_file = s->key_path,
					    .erased_file = s->erased_path,
					    .without_key = true,
					    .read_only = true,
					    .map_start = s->map_start,
					    .map_max = s->map_max,
					    .taxonomy = s->taxonomy,
					    .languages = s->languages,
					    .language_count = s->language_count,
					    .words = s->words };
	struct opinia_check check;
	int rc = opinia_store_open(&copy, &opt, err);

	if (rc)
		return rc;
	rc = opinia_store_check(copy, b->tell, b->self, &check, err);
	b->out->documents = check.documents;
	opinia_store_close(copy);
	return rc;
}

static int make_copy(struct backup *b, struct err *err)
{
	int rc;

	compact_remove(b->copy);
	if (mkdir(b->copy, 0700))
		return err_set(err, ERR_SYSTEM, "%s: %s", b->copy, strerror(errno));
	rc = env_copy(b->store->env, b->copy, err);
	if (!rc)
		rc = compact_swept(b->store, b->copy, err);
	return rc ? rc : check_copy(b, err);
}

/* ---- the file ---------------------------------------------------------------------- */

static int find_key(struct backup *b, const struct sealed_head *h, struct err *err)
{
	if (b->passphrase_file)
		return sealed_key_passphrase(h, b->passphrase_file, b->key, err);
	if (!b->store->has_key)
		return err_set(err, ERR_CONFIG,
			       "a backup is encrypted with the store's key, which is not "
			       "there, or with --passphrase-file");
	sealed_key_of(h, b->store->set.secret, b->key);
	return 0;
}

static int seal_into(struct backup *b, FILE *from, struct err *err)
{
	int fd = open(b->part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		      0600);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
	struct sealed_head h;
	int rc;

	if (!to) {
		rc = err_set(err, ERR_SYSTEM, "%s: %s", b->part, strerror(errno));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	sealed_head_make(&h, b->store->id, b->passphrase_file != NULL);
	rc = find_key(b, &h, err);
	if (!rc)
		rc = sealed_write(from, to, &h, b->key, b->hash, &b->out->bytes, err);
	if (!rc && fsync(fd))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", b->part, strerror(errno));
	if (fclose(to) && !rc)
		rc = err_set(err, ERR_SYSTEM, "%s: %s", b->part, strerror(errno));
	return rc;
}

static int seal_copy(struct backup *b, struct err *err)
{
	char *path;
	FILE *from;
	int rc;

	if (asprintf(&path, "%s/data.mdb", b->copy) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	from = fopen(path, "re");
	rc = from ? seal_into(b, from, err)
		  : err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (from)
		fclose(from);
	free(path);
	return rc;
}

/* What is on the disk opens, and is what was sealed. */
static int read_back(struct backup *b, struct err *err)
{
	FILE *f = fopen(b->part, "re");
	uint8_t hash[SEALED_HASH];
	struct sealed_head h;
	uint64_t bytes;
	int rc;

	if (!f)
		return err_set(err, ERR_SYSTEM, "%s: %s", b->part, strerror(errno));
	rc = sealed_head_read(f, b->part, &h, err);
	if (!rc)
		rc = sealed_read(f, NULL, &h, b->key, hash, &bytes, err);
	fclose(f);
	if (!rc && memcmp(hash, b->hash, sizeof(hash)))
		rc = err_set(err, ERR_SYSTEM, "%s: what was written is not what is there",
			     b->part);
	return rc;
}

/* A new name for what is whole and on the disk; never over another file. */
static int put_in_place(struct backup *b, struct err *err)
{
	if (link(b->part, b->file))
		return err_set(err, ERR_SYSTEM, "%s: %s", b->file, strerror(errno));
	unlink(b->part);
	return sync_parent(b->file, err);
}

static int backup_all(struct backup *b, struct err *err)
{
	int rc;

	if (!access(b->file, F_OK))
		return err_set(err, ERR_SYSTEM,
			       "%s is there already and is never overwritten", b->file);
	rc = make_copy(b, err);
	if (!rc)
		rc = seal_copy(b, err);
	if (!rc)
		rc = read_back(b, err);
	if (!rc)
		rc = put_in_place(b, err);
	compact_remove(b->copy);
	unlink(b->part);
	return rc;
}

int opinia_store_backup(struct opinia_store *store, const char *file,
			const char *passphrase_file,
			void (*tell)(void *self, const char *what), void *self,
			struct opinia_backup *out, struct err *err)
{
	struct backup b = { .store = store,
			    .file = file,
			    .passphrase_file = passphrase_file,
			    .tell = tell,
			    .self = self,
			    .out = out };
	int rc;

	*out = (struct opinia_backup){ .has_key = store->has_key };
	if (asprintf(&b.copy, "%s.copy", file) < 0)
		b.copy = NULL;
	if (asprintf(&b.part, "%s.part", file) < 0)
		b.part = NULL;
	rc = b.copy && b.part ? backup_all(&b, err)
			      : err_set(err, ERR_SYSTEM, "out of memory");
	sodium_memzero(b.key, sizeof(b.key));
	free(b.copy);
	free(b.part);
	return rc;
}
