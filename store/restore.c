/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore.c: a store out of a backup. It is made beside its place, and put there when it was opened,
 * has followed the list of the erased and agrees with itself; so a place has all of it or nothing.
 */
#include <dirent.h>
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
#include "store/erased.h"
#include "store/erasing.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/sealed_file.h"
#include "store/upgrade.h"

struct restore {
	const struct opinia_store_options *opt;
	const char *file, *passphrase_file;
	void (*tell)(void *self, const char *what);
	void *self;
	const struct opinia_audit *why;
	struct arena arena;
	char *made, *key_path, *erased_path; /* made: DIR.restored */
	bool lent;			     /* the key is not the new store's alone */
	struct opinia_backup *out;
};

static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool empty = true;

	while (d && (e = readdir(d)))
		empty = empty && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."));
	if (d)
		closedir(d);
	return d && empty;
}

/* ---- opening the file --------------------------------------------------------------- */

static int try_keys(struct restore *r, FILE *in, FILE *to, const struct sealed_head *h,
		    struct keyset *sets, size_t count, struct err *err)
{
	uint8_t key[KEY_BYTES], hash[SEALED_HASH];
	int rc = ERR_CONFIG;

	for (size_t i = 0; i < count && rc == ERR_CONFIG; i++) {
		if (fseek(in, SEALED_HEAD, SEEK_SET))
			return err_set(err, ERR_SYSTEM, "%s: %s", r->file,
				       strerror(errno));
		sealed_key_of(h, sets[i].secret, key);
		rc = sealed_read(in, to, h, key, hash, &r->out->bytes, err);
	}
	sodium_memzero(key, sizeof(key));
	return rc;
}

static int open_with_key(struct restore *r, FILE *in, FILE *to,
			 const struct sealed_head *h, struct err *err)
{
	struct keyset sets[2];
	bool has_next;
	int rc = keyfile_load(r->key_path, h->store_id, &sets[0], &sets[1], &has_next,
			      err);

	if (!rc)
		rc = try_keys(r, in, to, h, sets, has_next ? 2 : 1, err);
	keyset_release(&sets[0]);
	keyset_release(&sets[1]);
	if (rc == ERR_MISSING)
		return err_set(
			err, ERR_CONFIG,
			"the key file %s is not there, and a backup has none in it: "
			"put it there, or name it with --key",
			r->key_path);
	return rc;
}

static int open_with_passphrase(struct restore *r, FILE *in, FILE *to,
				const struct sealed_head *h, struct err *err)
{
	uint8_t key[KEY_BYTES], hash[SEALED_HASH];
	int rc;

	if (!r->passphrase_file)
		return err_set(err, ERR_CONFIG,
			       "%s was encrypted with a passphrase: --passphrase-file",
			       r->file);
	rc = sealed_key_passphrase(h, r->passphrase_file, key, err);
	if (!rc)
		rc = sealed_read(in, to, h, key, hash, &r->out->bytes, err);
	sodium_memzero(key, sizeof(key));
	return rc;
}

static int open_into(struct restore *r, FILE *in, FILE *to, struct err *err)
{
	struct sealed_head h;
	int rc = sealed_head_read(in, r->file, &h, err);

	if (rc)
		return rc;
	rc = h.passphrase ? open_with_passphrase(r, in, to, &h, err)
			  : open_with_key(r, in, to, &h, err);
	if (!rc && fsync(fileno(to)))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", r->made, strerror(errno));
	return rc;
}

static int unpack(struct restore *r, struct err *err)
{
	char *path = arena_printf(&r->arena, "%s/data.mdb", r->made);
	FILE *in = fopen(r->file, "re"), *to;
	int fd, rc;

	if (!in)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       r->file, strerror(errno));
	fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	to = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (to)
		rc = open_into(r, in, to, err);
	else
		rc = err_set(err, ERR_SYSTEM, "%s: %s", r->made, strerror(errno));
	if (to && fclose(to) && !rc)
		rc = err_set(err, ERR_SYSTEM, "%s: %s", r->made, strerror(errno));
	if (!to && fd >= 0)
		close(fd);
	fclose(in);
	return rc;
}

/* ---- the store ---------------------------------------------------------------------- */

/* Who was erased while the list was followed lies in free pages now. */
static int sweep(struct opinia_store *s, struct err *err)
{
	bool unswept, done;
	int rc = opinia_store_unswept(s, &unswept, err);

	return rc || !unswept ? rc : opinia_store_compact(s, &done, err);
}

/* Whom the list does not name, or no list, but the key file. */
static int follow_key(struct restore *r, struct opinia_store *s, struct err *err)
{
	struct opinia_erasure gone;
	char text[120];
	int rc = erase_follow_key(s, &gone, err);

	if (rc || !gone.records)
		return rc;
	snprintf(text, sizeof(text),
		 "records whose key was destroyed since the backup are erased: %llu",
		 (unsigned long long)gone.records);
	r->tell(r->self, text);
	return 0;
}

/*
 * From here on it is another store than the one that the backup is of, which may live by the same key file: then
 * nothing may be destroyed in it. Nor may what is destroyed here be the key of whom the other met later.
 */
static int begin_life(struct restore *r, struct opinia_store *s, struct err *err)
{
	struct state state;
	struct txn t;
	int rc = txn_write(&t, s->env, err);

	if (rc)
		return rc;
	state_read(&t, &state);
	shift_write(&t, shift_draw(&state, shift_read(&t)));
	if (r->lent)
		meta_put(&t, "lent", SV("\1"));
	return txn_commit(&t, err);
}

/* A backup is kept for years, and its store's format with it. */
static int upgrade_made(struct restore *r, struct opinia_store_options *opt,
			struct err *err)
{
	struct opinia_upgrade done;
	int rc = upgrade_unproved(opt, &done, err);

	r->out->upgraded = done.from != done.to;
	r->out->from = done.from;
	r->out->to = done.to;
	return rc;
}

static int prove(struct restore *r, struct err *err)
{
	struct opinia_store_options opt = *r->opt;
	struct opinia_store *s;
	struct opinia_check check = { .documents = 0 };
	int rc;

	opt.dir = r->made;
	opt.key_file = r->key_path;
	opt.erased_file = r->erased_path;
	opt.read_only = false;
	opt.key_lent = r->lent;
	opt.without_key = true;
	r->out->list_found = !access(r->erased_path, F_OK);
	rc = upgrade_made(r, &opt, err);
	if (!rc)
		rc = opinia_store_open(&s, &opt, err); /* follows the list */
	if (rc)
		return rc;
	r->out->has_key = s->has_key;
	if (s->has_key && r->why)
		rc = opinia_store_audit(s, r->why, err);
	if (!rc)
		rc = follow_key(r, s, err);
	if (!rc)
		rc = sweep(s, err);
	if (!rc)
		rc = begin_life(r, s, err);
	if (!rc)
		rc = opinia_store_check(s, r->tell, r->self, &check, err);
	if (!rc)
		r->out->documents = check.documents;
	opinia_store_close(s);
	return rc;
}

static int restore_all(struct restore *r, struct err *err)
{
	char *lock = arena_printf(&r->arena, "%s/lock.mdb", r->made);
	int rc;

	if (!access(r->opt->dir, F_OK) && !is_empty(r->opt->dir))
		return err_set(err, ERR_CONFIG,
			       "%s is there already; a backup is restored to a new place",
			       r->opt->dir);
	compact_remove(r->made);
	if (mkdir(r->made, 0700))
		return err_set(err, ERR_SYSTEM, "%s: %s", r->made, strerror(errno));
	rc = unpack(r, err);
	if (!rc)
		rc = prove(r, err);
	if (!rc && lock)
		unlink(lock);
	if (!rc)
		rc = sync_folder(r->made, err);
	if (!rc)
		rc = disk_rename(r->made, r->opt->dir, err);
	if (rc)
		compact_remove(r->made);
	return rc;
}

int opinia_store_restore(const struct opinia_store_options *opt, const char *file,
			 const char *passphrase_file,
			 void (*tell)(void *self, const char *what), void *self,
			 const struct opinia_audit *why, struct opinia_backup *out,
			 struct err *err)
{
	struct restore r = { .opt = opt,
			     .file = file,
			     .passphrase_file = passphrase_file,
			     .tell = tell,
			     .self = self,
			     .why = why,
			     .out = out };
	size_t n = strlen(opt->dir);
	const char *own_key;
	int rc;

	*out = (struct opinia_backup){ .bytes = 0 };
	if (sodium_init() < 0)
		return err_set(err, ERR_SYSTEM, "libsodium does not start");
	while (n > 1 && opt->dir[n - 1] == '/')
		n--;
	arena_init(&r.arena, 0);
	r.made = arena_printf(&r.arena, "%.*s.restored", (int)n, opt->dir);
	r.key_path = keyfile_path(opt->key_file, opt->dir, &r.arena);
	r.erased_path = erased_path(opt, &r.arena);
	own_key = arena_printf(&r.arena, "%.*s.key", (int)n, opt->dir);
	r.lent = r.key_path && own_key && strcmp(r.key_path, own_key) != 0;
	rc = r.made && r.key_path && r.erased_path
		     ? restore_all(&r, err)
		     : err_set(err, ERR_SYSTEM, "out of memory");
	arena_release(&r.arena);
	return rc;
}
