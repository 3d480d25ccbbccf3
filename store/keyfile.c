/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.c: making, reading and replacing the key file, see keyfile.h.
 */
#include "store/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "store/disk.h"

#define HEADER_MASTER "opinia key 1\n"
#define HEADER_NODES "opinia key 2\n"

enum {
	HEX_KEY = 2 * KEY_BYTES,
	HEX_ID = 2 * STORE_ID_BYTES,
	HEX_FIRST = 8,
	SUM = 16,
	NODE_TEXT = 90,
	READ_ROOM = 1 << 18
};

char *keyfile_path(const char *given, const char *dir, struct arena *arena)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	size_t n = strlen(dir);
	char *path;

	if (given)
		return arena_printf(arena, "%s", given);
	if (credentials) {
		path = arena_printf(arena, "%s/opinia.key", credentials);
		if (!path || !access(path, F_OK))
			return path;
	}
	while (n > 1 && dir[n - 1] == '/')
		n--;
	return arena_printf(arena, "%.*s.key", (int)n, dir);
}

/* ---- text -------------------------------------------------------------------------- */

static void put_hex(struct buf *b, const uint8_t *p, size_t n)
{
	char hex[2 * KEY_BYTES + 1];

	sodium_bin2hex(hex, sizeof(hex), p, n);
	buf_put(b, hex, 2 * n);
	sodium_memzero(hex, sizeof(hex));
}

static bool get_hex(struct sv text, uint8_t *out, size_t n)
{
	size_t got = 0;

	return text.n == 2 * n &&
	       !sodium_hex2bin(out, n, text.p, text.n, NULL, &got, NULL) && got == n;
}

static void wipe(struct buf *b)
{
	if (b->p)
		sodium_memzero(b->p, b->cap);
	buf_release(b);
}

void keyfile_derive(uint8_t *out, size_t n, const char *purpose, const uint8_t *from,
		    const uint8_t *store_id)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, from, KEY_BYTES, n);
	crypto_generichash_update(&st, (const uint8_t *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&st, store_id, STORE_ID_BYTES);
	crypto_generichash_final(&st, out, n);
	sodium_memzero(&st, sizeof(st));
}

/* ---- making ------------------------------------------------------------------------ */

static void put_master(struct buf *b, const uint8_t master[KEY_BYTES])
{
	buf_str(b, HEADER_MASTER);
	put_hex(b, master, KEY_BYTES);
	buf_char(b, '\n');
}

static int make_file(const char *path, struct sv text, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0 && errno == EEXIST)
		return err_set(err, ERR_CONFIG,
			       "%s is there already and is never overwritten", path);
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	good = disk_write(fd, text.p, text.n) && !fsync(fd);
	if (!good)
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (close(fd) && good)
		good = !err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (!good)
		unlink(path);
	return good ? 0 : ERR_SYSTEM;
}

int keyfile_make_of(const char *path, const uint8_t master[KEY_BYTES], struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, 0);
	put_master(&b, master);
	rc = buf_ok(&b) ? make_file(path, buf_sv(&b), err)
			: err_set(err, ERR_SYSTEM, "out of memory");
	wipe(&b);
	return rc;
}

int keyfile_make(const char *path, struct err *err)
{
	uint8_t master[KEY_BYTES];
	int rc;

	randombytes_buf(master, sizeof(master));
	rc = keyfile_make_of(path, master, err);
	sodium_memzero(master, sizeof(master));
	return rc;
}

/* ---- key sets ---------------------------------------------------------------------- */

void keyset_release(struct keyset *k)
{
	keytree_free(k->tree);
	sodium_memzero(k, sizeof(*k));
}

int keyset_derive(struct keyset *k, const uint8_t master[KEY_BYTES],
		  const uint8_t store_id[STORE_ID_BYTES], struct err *err)
{
	static const char *const purposes[TREE_SPACES] = { "customers", "records" };
	bool good;

	*k = (struct keyset){ .tree = keytree_new() };
	good = k->tree != NULL;
	keyfile_derive(k->secret, KEY_BYTES, "secret", master, store_id);
	for (uint8_t s = 0; good && s < TREE_SPACES; s++) {
		struct tree_node root = { .space = s };

		keyfile_derive(root.seed, KEY_BYTES, purposes[s], master, store_id);
		good = keytree_add(k->tree, &root);
		sodium_memzero(&root, sizeof(root));
	}
	return good ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* Over all nodes: a file that lost a line would be one in which these people were erased. */
static void sum_of(const struct keyset *k, const uint8_t *store_id, uint8_t out[SUM])
{
	size_t count;
	const struct tree_node *n = keytree_nodes(k->tree, &count);
	crypto_generichash_state st;

	crypto_generichash_init(&st, k->secret, KEY_BYTES, SUM);
	crypto_generichash_update(&st, store_id, STORE_ID_BYTES);
	for (size_t i = 0; i < count; i++) {
		const uint8_t at[] = { n[i].space,
				       n[i].depth,
				       (uint8_t)(n[i].first >> 24),
				       (uint8_t)(n[i].first >> 16),
				       (uint8_t)(n[i].first >> 8),
				       (uint8_t)n[i].first };

		crypto_generichash_update(&st, at, sizeof(at));
		crypto_generichash_update(&st, n[i].seed, KEY_BYTES);
	}
	crypto_generichash_final(&st, out, SUM);
	sodium_memzero(&st, sizeof(st));
}

/* ---- reading ----------------------------------------------------------------------- */

static int keyfile_text(const char *path, struct buf *out, struct err *err)
{
	struct stat st;
	int rc;

	if (!stat(path, &st) && st.st_mode & 077)
		return err_set(err, ERR_CONFIG,
			       "the key file %s can be read by others; chmod 600 it",
			       path);
	buf_room(out, READ_ROOM); /* most are small: no copy is left behind */
	rc = disk_read(path, KEYFILE_MAX, out, err);
	if (!rc)
		return 0;
	return err_at(err, "the key file");
}

static bool read_node(struct sv line, struct keytree *tree)
{
	struct tree_node n = { .space = 0 };
	uint32_t space, depth;
	uint8_t first[HEX_FIRST / 2];
	bool good = sv_u32(sv_cut(&line, ' '), &space) &&
		    sv_u32(sv_cut(&line, ' '), &depth) && space < TREE_SPACES &&
		    depth <= TREE_DEPTH &&
		    get_hex(sv_cut(&line, ' '), first, sizeof(first)) &&
		    get_hex(line, n.seed, KEY_BYTES);

	if (good) {
		n.space = (uint8_t)space;
		n.depth = (uint8_t)depth;
		n.first = (uint32_t)first[0] << 24 | (uint32_t)first[1] << 16 |
			  (uint32_t)first[2] << 8 | first[3];
		good = keytree_add(tree, &n);
	}
	sodium_memzero(&n, sizeof(n));
	return good;
}

/* What a key file says, before any store is known. */
struct said {
	struct sv master, next, id, secret, sum; /* views into the text */
	bool nodes, odd;
	struct keytree *tree;
};

static void take_line(struct said *s, struct sv line)
{
	struct sv rest = line, word = sv_cut(&rest, ' ');

	if (sv_eq(word, SV("next")))
		s->next = rest;
	else if (!s->nodes && !s->master.n)
		s->master = line;
	else if (s->nodes && sv_eq(word, SV("store")))
		s->id = rest;
	else if (s->nodes && sv_eq(word, SV("secret")))
		s->secret = rest;
	else if (s->nodes && sv_eq(word, SV("sum")))
		s->sum = rest;
	else if (s->nodes && sv_eq(word, SV("node")))
		s->odd |= !read_node(rest, s->tree);
	else
		s->odd = true;
}

static int parse(const char *path, struct sv text, struct said *s, struct err *err)
{
	*s = (struct said){ .tree = keytree_new() };
	if (!s->tree)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->nodes = sv_starts(text, SV(HEADER_NODES));
	if (!s->nodes && !sv_starts(text, SV(HEADER_MASTER)))
		s->odd = true;
	text = sv_sub(text, sizeof(HEADER_MASTER) - 1, text.n);
	while (text.n && !s->odd) {
		struct sv line = sv_trim(sv_cut(&text, '\n'));

		if (line.n)
			take_line(s, line);
	}
	if (s->odd || (s->next.n && s->next.n != HEX_KEY) ||
	    (s->nodes ? s->id.n != HEX_ID || s->secret.n != HEX_KEY
		      : s->master.n != HEX_KEY))
		return err_set(err, ERR_CONFIG, "%s is not a key file of opinia", path);
	return 0;
}

static int derive_hex(struct keyset *k, const char *path, struct sv hex,
		      const uint8_t *store_id, struct err *err)
{
	uint8_t master[KEY_BYTES];
	int rc = get_hex(hex, master, KEY_BYTES)
			 ? keyset_derive(k, master, store_id, err)
			 : err_set(err, ERR_CONFIG, "%s is not a key file of opinia",
				   path);

	sodium_memzero(master, sizeof(master));
	return rc;
}

static int take_nodes(struct keyset *k, struct said *s, const char *path,
		      const uint8_t *store_id, struct err *err)
{
	uint8_t id[STORE_ID_BYTES], said[SUM], sum[SUM];

	if (!get_hex(s->id, id, sizeof(id)) || !get_hex(s->secret, k->secret, KEY_BYTES))
		return err_set(err, ERR_CONFIG, "%s is not a key file of opinia", path);
	if (memcmp(id, store_id, sizeof(id)))
		return err_set(err, ERR_CONFIG, "the key file %s is another store's",
			       path);
	k->tree = s->tree;
	s->tree = NULL;
	sum_of(k, id, sum);
	if (get_hex(s->sum, said, SUM) && !sodium_memcmp(said, sum, SUM))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "the key file %s is damaged or was cut off; put a copy of it back",
		       path);
}

int keyfile_load(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		 struct keyset *out, struct keyset *next, bool *has_next, struct err *err)
{
	struct said s = { .tree = NULL };
	struct buf b;
	int rc;

	*out = *next = (struct keyset){ .tree = NULL };
	*has_next = false;
	buf_init(&b, 0);
	rc = keyfile_text(path, &b, err);
	if (!rc)
		rc = parse(path, buf_sv(&b), &s, err);
	if (!rc)
		rc = s.nodes ? take_nodes(out, &s, path, store_id, err)
			     : derive_hex(out, path, s.master, store_id, err);
	if (!rc && s.next.n) {
		rc = derive_hex(next, path, s.next, store_id, err);
		*has_next = !rc;
	}
	keytree_free(s.tree);
	wipe(&b);
	return rc;
}

/* ---- replacing --------------------------------------------------------------------- */

static int replace(const char *path, struct buf *b, struct err *err)
{
	int rc = buf_ok(b) ? disk_replace(path, buf_sv(b), err)
			   : err_set(err, ERR_SYSTEM, "out of memory");

	wipe(b);
	return rc;
}

int keyfile_put(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		const struct keyset *k, struct err *err)
{
	size_t count;
	const struct tree_node *n = keytree_nodes(k->tree, &count);
	uint8_t sum[SUM];
	struct buf b;

	buf_init(&b, KEYFILE_MAX);
	buf_room(&b, NODE_TEXT * (count + 5)); /* growing would leave copies behind */
	buf_str(&b, HEADER_NODES "store ");
	put_hex(&b, store_id, STORE_ID_BYTES);
	buf_str(&b, "\nsecret ");
	put_hex(&b, k->secret, KEY_BYTES);
	for (size_t i = 0; i < count; i++) {
		buf_printf(&b, "\nnode %u %u %08x ", n[i].space, n[i].depth, n[i].first);
		put_hex(&b, n[i].seed, KEY_BYTES);
	}
	sum_of(k, store_id, sum);
	buf_str(&b, "\nsum ");
	put_hex(&b, sum, SUM);
	buf_char(&b, '\n');
	return replace(path, &b, err);
}

/* The text without its `next`, and that line's digits. */
static int without_next(const char *path, struct buf *out, struct buf *next,
			struct err *err)
{
	struct buf b;
	struct sv text;
	int rc;

	buf_init(&b, 0);
	rc = keyfile_text(path, &b, err);
	text = buf_sv(&b);
	while (!rc && text.n) {
		struct sv line = sv_cut(&text, '\n'), rest = sv_trim(line);

		if (sv_eq(sv_cut(&rest, ' '), SV("next"))) {
			buf_sv_put(next, rest);
			continue;
		}
		buf_sv_put(out, line);
		buf_char(out, '\n');
	}
	wipe(&b);
	return rc;
}

int keyfile_begin(const char *path, const uint8_t master[KEY_BYTES], struct err *err)
{
	struct buf b, was;
	int rc;

	buf_init(&b, 0);
	buf_init(&was, 0);
	rc = without_next(path, &b, &was, err);
	buf_str(&b, "next ");
	put_hex(&b, master, KEY_BYTES);
	buf_char(&b, '\n');
	wipe(&was);
	if (!rc)
		return replace(path, &b, err);
	wipe(&b);
	return rc;
}

int keyfile_end(const char *path, bool keep_old, struct err *err)
{
	struct buf b, next;
	uint8_t master[KEY_BYTES];
	int rc;

	buf_init(&b, 0);
	buf_init(&next, 0);
	rc = without_next(path, &b, &next, err);
	if (!rc && !keep_old) {
		buf_clear(&b);
		if (get_hex(buf_sv(&next), master, KEY_BYTES))
			put_master(&b, master);
		else
			rc = err_set(err, ERR_CONFIG, "%s has no next key", path);
	}
	sodium_memzero(master, sizeof(master));
	wipe(&next);
	if (!rc)
		return replace(path, &b, err);
	wipe(&b);
	return rc;
}
