/* SPDX-License-Identifier: Apache-2.0 */
/* erased.c: see erased.h; docs/formats/store.md has the lines. */
#include "store/erased.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/crypto.h"
#include "store/disk.h"
#include "store/keys.h"
#include "store/meta.h"

#define HEADER "opinia erased 1 "

enum {
	HEX_DIGEST = 2 * RUN_DIGEST,
	HEX_CHAIN = 2 * ERASED_CHAIN,
	MARK = 4 + 8 + 8 + ERASED_CHAIN,
	DIGESTS_MAX = 1 << 22
};

char *erased_path(const struct opinia_store_options *opt, struct arena *arena)
{
	struct sv key = sv_of(opt->key_file);
	size_t n = strlen(opt->dir);

	if (opt->erased_file)
		return arena_printf(arena, "%s", opt->erased_file);
	if (key.n) {
		if (sv_ends(key, SV(".key")))
			key.n -= 4;
		return arena_printf(arena, SV_FMT ".erased", SV_ARG(key));
	}
	while (n > 1 && opt->dir[n - 1] == '/')
		n--;
	return arena_printf(arena, "%.*s.erased", (int)n, opt->dir);
}

/* ---- the mark ---------------------------------------------------------------------- */

void erased_mark_read(struct txn *t, struct erased_mark *out)
{
	struct sv v = meta_get(t, "erased");

	memset(out, 0, sizeof(*out));
	if (!v.n)
		return;
	if (v.n != MARK || le_get(v.p, 4) != sum32(v.p + 4, MARK - 4, 'E')) {
		txn_fail(t, ERR_INPUT,
			 "what the store knows of its list of the erased is damaged");
		return;
	}
	out->number = le_get(v.p + 4, 8);
	out->bytes = le_get(v.p + 12, 8);
	memcpy(out->chain, v.p + 20, ERASED_CHAIN);
}

void erased_mark_write(struct txn *t, const struct erased_mark *m)
{
	char v[MARK];

	le_set(v + 4, m->number, 8);
	le_set(v + 12, m->bytes, 8);
	memcpy(v + 20, m->chain, ERASED_CHAIN);
	le_set(v, sum32(v + 4, MARK - 4, 'E'), 4);
	meta_put(t, "erased", (struct sv){ v, MARK });
}

static uint64_t list_bytes(const struct opinia_store *s)
{
	struct stat st;

	return stat(s->erased_path, &st) ? 0 : (uint64_t)st.st_size;
}

/* A list that was begun anew is shorter than the one before it; its first lines say where it begins. */
bool erased_behind(const struct opinia_store *s, const struct erased_mark *m)
{
	uint64_t bytes = list_bytes(s);

	return bytes && bytes != m->bytes;
}

bool erased_short(const struct opinia_store *s, const struct erased_mark *m)
{
	return m->number && list_bytes(s) < m->bytes;
}

/* ---- lines ------------------------------------------------------------------------- */

static void chain_on(const struct opinia_store *s, struct erased_mark *m,
		     const struct erased_digest *d, size_t n)
{
	crypto_generichash_state st;
	uint8_t number[8];

	be_set(number, ++m->number, 8);
	crypto_generichash_init(&st, s->keys.erased, KEY_BYTES, ERASED_CHAIN);
	crypto_generichash_update(&st, m->chain, ERASED_CHAIN);
	crypto_generichash_update(&st, number, sizeof(number));
	for (size_t i = 0; i < n; i++) {
		crypto_generichash_update(&st, (const uint8_t *)&d[i].kind, 1);
		crypto_generichash_update(&st, d[i].digest, RUN_DIGEST);
	}
	crypto_generichash_final(&st, m->chain, ERASED_CHAIN);
}

static bool hex(struct sv text, uint8_t *out, size_t n)
{
	size_t got = 0;

	return text.n == 2 * n &&
	       !sodium_hex2bin(out, n, text.p, text.n, NULL, &got, NULL) && got == n;
}

static void put_hex(struct buf *b, const uint8_t *p, size_t n)
{
	char text[2 * ERASED_CHAIN + 1];

	sodium_bin2hex(text, sizeof(text), p, n);
	buf_put(b, text, 2 * n);
}

struct following {
	const struct opinia_store *s;
	struct erased_mark at;	 /* behind the last line that was read */
	struct erased_mark from; /* lines up to here are known         */
	bool begun;
	struct erased_digest *d;
	size_t count, room;
	uint8_t chain[ERASED_CHAIN]; /* what the line says */
};

static bool take_digest(struct following *f, struct sv word)
{
	struct erased_digest *more;

	if (f->count == f->room) {
		f->room = f->room ? 2 * f->room : 64;
		more = f->room <= DIGESTS_MAX ? realloc(f->d, f->room * sizeof(*more))
					      : NULL;
		if (!more)
			return false;
		f->d = more;
	}
	f->d[f->count].kind = word.n ? word.p[0] : ' ';
	return (f->d[f->count].kind == 'p' || f->d[f->count].kind == 'r') &&
	       hex(sv_sub(word, 1, word.n), f->d[f->count++].digest, RUN_DIGEST);
}

static bool parse_line(struct following *f, struct sv line, uint64_t *number)
{
	struct sv word = sv_cut(&line, ' ');
	int64_t n;

	if (!sv_i64(word, &n) || n < 1)
		return false;
	*number = (uint64_t)n;
	f->count = 0;
	while (line.n > HEX_CHAIN)
		if (!take_digest(f, sv_cut(&line, ' ')))
			return false;
	return hex(line, f->chain, ERASED_CHAIN);
}

/* "after N CHAIN": a list that was begun anew because the one before it was lost. */
static bool parse_after(struct following *f, struct sv line)
{
	int64_t n;

	sv_cut(&line, ' ');
	if (!sv_i64(sv_cut(&line, ' '), &n) || n < 0 ||
	    !hex(line, f->at.chain, ERASED_CHAIN))
		return false;
	f->at.number = (uint64_t)n;
	return !f->begun;
}

/* 1: a line that is new to the store, 0: one that is not, -1: not what was written. */
static int take_line(struct following *f, struct sv line)
{
	uint64_t number, before = f->at.number;

	if (sv_starts(line, SV("after ")))
		return parse_after(f, line) ? 0 : -1;
	f->begun = true;
	if (!parse_line(f, line, &number) || number != before + 1)
		return -1;
	chain_on(f->s, &f->at, f->d, f->count);
	if (sodium_memcmp(f->chain, f->at.chain, ERASED_CHAIN))
		return -1;
	if (number == f->from.number &&
	    sodium_memcmp(f->from.chain, f->at.chain, ERASED_CHAIN))
		return -1;
	return number > f->from.number;
}

static int bad_list(const struct opinia_store *s, uint64_t line, struct err *err)
{
	return err_set(
		err, ERR_INPUT,
		"%s: line %llu is not what was written; put the right list back, or "
		"move it away",
		s->erased_path, (unsigned long long)line);
}

static bool header_fits(const struct opinia_store *s, struct sv line)
{
	uint8_t id[STORE_ID_BYTES];

	return sv_starts(line, SV(HEADER)) &&
	       hex(sv_sub(line, sizeof(HEADER) - 1, line.n), id, sizeof(id)) &&
	       !memcmp(id, s->id, sizeof(id));
}

static int follow_file(struct following *f, FILE *in,
		       int (*take)(void *self, const struct erased_digest *d, size_t n,
				   struct err *err),
		       void *self, struct err *err)
{
	char *text = NULL;
	size_t room = 0;
	uint64_t line = 0;
	ssize_t n;
	int rc = 0;

	while (!rc && (n = getline(&text, &room, in)) > 0) {
		struct sv whole = { text, (size_t)n - 1 };
		int is;

		if (text[n - 1] != '\n')
			break; /* a crash in the middle of writing it */
		line++;
		is = line > 1 ? take_line(f, whole) : header_fits(f->s, whole) ? 0 : -1;
		if (is < 0)
			rc = bad_list(f->s, line, err);
		else if (is && take)
			rc = take(self, f->d, f->count, err);
		f->at.bytes += (uint64_t)n;
	}
	free(text);
	return rc;
}

int erased_follow(const struct opinia_store *s, struct erased_mark *m,
		  int (*take)(void *self, const struct erased_digest *d, size_t n,
			      struct err *err),
		  void *self, struct err *err)
{
	struct following f = { .s = s, .from = *m };
	FILE *in = fopen(s->erased_path, "re");
	int rc;

	if (!in && errno == ENOENT)
		return 0;
	if (!in)
		return err_set(err, ERR_SYSTEM, "%s: %s", s->erased_path,
			       strerror(errno));
	rc = follow_file(&f, in, take, self, err);
	fclose(in);
	free(f.d);
	if (rc)
		return rc;
	if (f.at.number < m->number && f.at.bytes)
		return err_set(
			err, ERR_INPUT,
			"%s has %llu lines less than the store has followed; put the "
			"right list back, or move it away",
			s->erased_path, (unsigned long long)(m->number - f.at.number));
	if (f.at.bytes)
		*m = f.at;
	return 0;
}

int erased_trim(const struct opinia_store *s, const struct erased_mark *m,
		struct err *err)
{
	if (list_bytes(s) > m->bytes && truncate(s->erased_path, (off_t)m->bytes))
		return err_set(err, ERR_SYSTEM, "%s: %s", s->erased_path,
			       strerror(errno));
	return 0;
}

/* ---- writing ----------------------------------------------------------------------- */

static int write_line(const struct opinia_store *s, const struct erased_mark *was,
		      struct buf *line, bool made, struct err *err)
{
	int fd = open(s->erased_path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", s->erased_path,
			       strerror(errno));
	good = !ftruncate(fd, (off_t)was->bytes) &&
	       lseek(fd, (off_t)was->bytes, SEEK_SET) >= 0 &&
	       disk_write(fd, line->p, line->n) && !fsync(fd);
	if (!good)
		err_set(err, ERR_SYSTEM, "%s: %s", s->erased_path, strerror(errno));
	if (close(fd) && good)
		good = !err_set(err, ERR_SYSTEM, "%s: %s", s->erased_path,
				strerror(errno));
	if (!good)
		return ERR_SYSTEM;
	return made ? sync_parent(s->erased_path, err) : 0;
}

static void put_header(const struct opinia_store *s, const struct erased_mark *m,
		       struct buf *b)
{
	buf_str(b, HEADER);
	put_hex(b, s->id, STORE_ID_BYTES);
	buf_char(b, '\n');
	if (!m->number)
		return;
	buf_printf(b, "after %" PRIu64 " ", m->number);
	put_hex(b, m->chain, ERASED_CHAIN);
	buf_char(b, '\n');
}

int erased_append(const struct opinia_store *s, struct erased_mark *m,
		  const struct erased_digest *d, size_t n, struct err *err)
{
	struct erased_mark next = *m;
	struct buf b;
	bool made;
	int rc = erased_follow(s, &next, NULL, NULL, err);

	if (rc)
		return rc;
	if (next.number != m->number)
		return err_set(err, ERR_AGAIN,
			       "%s has lines that the store has not followed yet",
			       s->erased_path);
	made = !list_bytes(s);
	if (made)
		next.bytes = 0;
	buf_init(&b, 0);
	if (made)
		put_header(s, m, &b);
	*m = next;
	chain_on(s, &next, d, n);
	buf_printf(&b, "%" PRIu64 " ", next.number);
	for (size_t i = 0; i < n; i++) {
		buf_char(&b, d[i].kind);
		put_hex(&b, d[i].digest, RUN_DIGEST);
		buf_char(&b, ' ');
	}
	put_hex(&b, next.chain, ERASED_CHAIN);
	buf_char(&b, '\n');
	rc = buf_ok(&b) ? write_line(s, m, &b, made, err)
			: err_set(err, ERR_SYSTEM, "out of memory");
	next.bytes = m->bytes + b.n;
	if (!rc)
		*m = next;
	buf_release(&b);
	return rc;
}
