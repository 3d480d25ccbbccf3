/* SPDX-License-Identifier: Apache-2.0 */
/* sealed_file.c: see sealed_file.h; docs/formats/store.md has the bytes. */
#include "store/sealed_file.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/keys.h"

#define MAGIC "opinia backup 1\n"

enum {
	PIECE = 1 << 16,
	EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES,
	AT_ID = 16,
	AT_MODE = 32,
	AT_OPS = 36,
	AT_MEM = 40,
	AT_SALT = 44,
	AT_STREAM = 60,
	OPS = 3,
	MEM_KIB = 64 << 10,
	OPS_MAX = 20,
	MEM_KIB_MAX = 1 << 20,
	PASSPHRASE_MAX = 1000
};

/* ---- head -------------------------------------------------------------------------- */

void sealed_head_make(struct sealed_head *h, const uint8_t store_id[STORE_ID_BYTES],
		      bool passphrase)
{
	*h = (struct sealed_head){ .passphrase = passphrase,
				   .ops = OPS,
				   .mem_kib = MEM_KIB };
	memcpy(h->store_id, store_id, STORE_ID_BYTES);
	randombytes_buf(h->salt, sizeof(h->salt));
}

static void head_bytes(const struct sealed_head *h, uint8_t out[SEALED_HEAD])
{
	memset(out, 0, SEALED_HEAD);
	memcpy(out, MAGIC, sizeof(MAGIC) - 1);
	memcpy(out + AT_ID, h->store_id, STORE_ID_BYTES);
	out[AT_MODE] = h->passphrase;
	le_set(out + AT_OPS, h->ops, 4);
	le_set(out + AT_MEM, h->mem_kib, 4);
	memcpy(out + AT_SALT, h->salt, SEALED_SALT);
	memcpy(out + AT_STREAM, h->stream, sizeof(h->stream));
}

int sealed_head_read(FILE *in, const char *path, struct sealed_head *h, struct err *err)
{
	uint8_t b[SEALED_HEAD], again[SEALED_HEAD];

	memset(h, 0, sizeof(*h));
	if (fread(b, 1, sizeof(b), in) != sizeof(b) ||
	    memcmp(b, MAGIC, sizeof(MAGIC) - 1) || b[AT_MODE] > 1)
		return err_set(err, ERR_INPUT, "%s is no backup of opinia", path);
	memcpy(h->store_id, b + AT_ID, STORE_ID_BYTES);
	h->passphrase = b[AT_MODE];
	h->ops = (uint32_t)le_get(b + AT_OPS, 4);
	h->mem_kib = (uint32_t)le_get(b + AT_MEM, 4);
	memcpy(h->salt, b + AT_SALT, SEALED_SALT);
	memcpy(h->stream, b + AT_STREAM, sizeof(h->stream));
	head_bytes(h, again); /* a bit that nobody looks at is damage too */
	if (memcmp(b, again, sizeof(b)) || h->ops < 1 || h->ops > OPS_MAX ||
	    h->mem_kib < 8 || h->mem_kib > MEM_KIB_MAX)
		return err_set(err, ERR_INPUT, "the head of %s is damaged", path);
	return 0;
}

/* ---- keys -------------------------------------------------------------------------- */

void sealed_key_of(const struct sealed_head *h, const uint8_t secret[KEY_BYTES],
		   uint8_t key[KEY_BYTES])
{
	keyfile_derive(key, KEY_BYTES, "backup", secret, h->store_id);
}

static int read_passphrase(const char *path, char text[PASSPHRASE_MAX + 2], size_t *n,
			   struct err *err)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	int rc = 0;

	*n = 0;
	if (!f)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	setvbuf(f, NULL, _IONBF, 0); /* no copy of it is left in a buffer */
	if (!fstat(fileno(f), &st) && S_ISREG(st.st_mode) && st.st_mode & 077)
		rc = err_set(err, ERR_CONFIG, "%s can be read by others; chmod 600 it",
			     path);
	else if (!fgets(text, PASSPHRASE_MAX + 2, f))
		text[0] = 0;
	fclose(f);
	*n = rc ? 0 : strcspn(text, "\r\n");
	if (!rc && (!*n || *n > PASSPHRASE_MAX))
		rc = err_set(err, ERR_CONFIG,
			     "the first line of %s is no passphrase of 1 to %d bytes",
			     path, PASSPHRASE_MAX);
	return rc;
}

int sealed_key_passphrase(const struct sealed_head *h, const char *passphrase_file,
			  uint8_t key[KEY_BYTES], struct err *err)
{
	char text[PASSPHRASE_MAX + 2];
	size_t n = 0;
	int rc = read_passphrase(passphrase_file, text, &n, err);

	if (!rc && crypto_pwhash(key, KEY_BYTES, text, n, h->salt, h->ops,
				 (size_t)h->mem_kib << 10, crypto_pwhash_ALG_ARGON2ID13))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	sodium_memzero(text, sizeof(text));
	return rc;
}

/* ---- pieces ------------------------------------------------------------------------ */

struct pieces {
	FILE *from, *to;
	crypto_secretstream_xchacha20poly1305_state stream;
	crypto_generichash_state hash;
	uint8_t head[SEALED_HEAD]; /* the first piece is bound to it */
	uint64_t bytes, count;
	uint8_t plain[PIECE], sealed[PIECE + EXTRA];
};

static int no_more(const char *what, struct err *err)
{
	return err_set(err, ERR_SYSTEM, "%s: %s", what, strerror(errno));
}

static bool more_follows(FILE *f)
{
	int c = getc(f);

	if (c != EOF)
		ungetc(c, f);
	return c != EOF;
}

static int seal_piece(struct pieces *p, bool *last, struct err *err)
{
	size_t n = fread(p->plain, 1, PIECE, p->from);
	unsigned long long bound = p->count++ ? 0 : AT_STREAM;

	*last = !more_follows(p->from);
	if (ferror(p->from))
		return no_more("reading the copy", err);
	crypto_generichash_update(&p->hash, p->plain, n);
	p->bytes += n;
	crypto_secretstream_xchacha20poly1305_push(
		&p->stream, p->sealed, NULL, p->plain, n, p->head, bound,
		*last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
	if (fwrite(p->sealed, 1, n + EXTRA, p->to) != n + EXTRA)
		return no_more("writing the backup", err);
	return 0;
}

static struct pieces *pieces_new(FILE *from, FILE *to, struct err *err)
{
	struct pieces *p = calloc(1, sizeof(*p));

	if (!p) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	p->from = from;
	p->to = to;
	crypto_generichash_init(&p->hash, NULL, 0, SEALED_HASH);
	return p;
}

static void pieces_free(struct pieces *p, uint8_t hash[SEALED_HASH], uint64_t *bytes)
{
	crypto_generichash_final(&p->hash, hash, SEALED_HASH);
	*bytes = p->bytes;
	sodium_memzero(p, sizeof(*p));
	free(p);
}

int sealed_write(FILE *from, FILE *to, struct sealed_head *h,
		 const uint8_t key[KEY_BYTES], uint8_t hash[SEALED_HASH], uint64_t *bytes,
		 struct err *err)
{
	struct pieces *p = pieces_new(from, to, err);
	bool last = false;
	int rc = 0;

	if (!p)
		return ERR_SYSTEM;
	crypto_secretstream_xchacha20poly1305_init_push(&p->stream, h->stream, key);
	head_bytes(h, p->head);
	if (fwrite(p->head, 1, SEALED_HEAD, to) != SEALED_HEAD)
		rc = no_more("writing the backup", err);
	while (!rc && !last)
		rc = seal_piece(p, &last, err);
	if (!rc && fflush(to))
		rc = no_more("writing the backup", err);
	pieces_free(p, hash, bytes);
	return rc;
}

static int open_piece(struct pieces *p, bool *last, struct err *err)
{
	size_t n = fread(p->sealed, 1, sizeof(p->sealed), p->from);
	unsigned long long bound = p->count ? 0 : AT_STREAM, got = 0;
	unsigned char tag = 0;

	if (ferror(p->from))
		return no_more("reading the backup", err);
	if (n < EXTRA ||
	    crypto_secretstream_xchacha20poly1305_pull(&p->stream, p->plain, &got, &tag,
						       p->sealed, n, p->head, bound))
		return p->count ? err_set(err, ERR_INPUT,
					  "the backup is damaged or cut off behind %llu "
					  "bytes",
					  (unsigned long long)p->bytes)
				: err_set(err, ERR_CONFIG,
					  "the key does not open the backup, "
					  "or its beginning is damaged");
	p->count++;
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (*last && more_follows(p->from))
		return err_set(err, ERR_INPUT, "there is something behind the backup");
	crypto_generichash_update(&p->hash, p->plain, got);
	p->bytes += got;
	if (p->to && fwrite(p->plain, 1, got, p->to) != got)
		return no_more("writing the store", err);
	return 0;
}

int sealed_read(FILE *from, FILE *to, const struct sealed_head *h,
		const uint8_t key[KEY_BYTES], uint8_t hash[SEALED_HASH], uint64_t *bytes,
		struct err *err)
{
	struct pieces *p = pieces_new(from, to, err);
	bool last = false;
	int rc = 0;

	if (!p)
		return ERR_SYSTEM;
	head_bytes(h, p->head);
	if (crypto_secretstream_xchacha20poly1305_init_pull(&p->stream, h->stream, key))
		rc = err_set(err, ERR_INPUT, "the head of the backup is damaged");
	while (!rc && !last)
		rc = open_piece(p, &last, err);
	if (!rc && to && fflush(to))
		rc = no_more("writing the store", err);
	pieces_free(p, hash, bytes);
	return rc;
}
