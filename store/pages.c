/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.c: see pages.h. Each table is walked from its root: page numbers, kinds, sizes, places and
 * order of entries, and how many of all there are; no page may be in two places. The layout is that of
 * LMDB 0.9 on machines of 64 bits (lmdb.h says what is kept stable, mdb.c what a page looks like).
 */
#include "store/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/sv.h"

enum {
	HEAD = 16, /* of a page */
	NODE = 8,  /* of an entry */
	TABLE = 48,
	META_BYTES = HEAD + 24 + 2 * TABLE + 16,
	KEY_BYTES = 511,
	PAGE_MIN = 512,
	PAGE_MAX = 32768,
	DEPTH_MAX = 32,
	TRIES = 5
};
enum { P_BRANCH = 1, P_LEAF = 2, P_OVERFLOW = 4, P_META = 8 };
enum { F_BIG = 1, F_TABLE = 2 };
enum { INTEGER_KEY = 8 };
#define MAGIC 0xBEEFC0DEu
#define NO_PAGE UINT64_MAX

/* What a table says of itself. */
struct table_head {
	uint16_t flags, depth;
	uint64_t branches, leaves, big, entries, root;
};

struct meta {
	uint32_t page_bytes;
	struct table_head free, main;
	uint64_t last, txn;
};

struct walk {
	const char *path;
	int fd;
	bool whole;
	size_t page_bytes;
	uint64_t last, file_bytes;
	uint8_t *seen; /* a bit for each page */
	struct err *err;
};

/* One table while it is walked. */
struct tree {
	const struct table_head *head;
	struct table_head found;
	bool is_free, is_main;
};

/* A page that was read, and between which keys its own must be. */
struct page {
	const uint8_t *p;
	uint64_t number;
	unsigned count;
	struct sv low, high; /* high.p NULL: open */
};

static uint64_t get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static int bad(const struct walk *w, uint64_t page, const char *what)
{
	return err_set(w->err, ERR_INPUT,
		       "%s is damaged: page %llu %s; restore a backup, or import its "
		       "sources into a new store",
		       w->path, (unsigned long long)page, what);
}

/* ---- heads ------------------------------------------------------------------------- */

static void table_read(const uint8_t *p, struct table_head *t)
{
	t->flags = (uint16_t)get(p + 4, 2);
	t->depth = (uint16_t)get(p + 6, 2);
	t->branches = get(p + 8, 8);
	t->leaves = get(p + 16, 8);
	t->big = get(p + 24, 8);
	t->entries = get(p + 32, 8);
	t->root = get(p + 40, 8);
}

static int meta_read(struct walk *w, unsigned which, size_t at, struct meta *m)
{
	uint8_t b[META_BYTES];

	if (pread(w->fd, b, sizeof(b), (off_t)at) != (ssize_t)sizeof(b))
		return bad(w, which, "is not there: the file was cut off");
	if (get(b, 8) != which || get(b + 10, 2) != P_META || get(b + 16, 4) != MAGIC ||
	    get(b + 20, 4) != 1)
		return bad(w, which, "is no head of a data file");
	m->page_bytes = (uint32_t)get(b + 40, 4);
	table_read(b + 40, &m->free);
	table_read(b + 40 + TABLE, &m->main);
	m->last = get(b + 40 + 2 * (size_t)TABLE, 8);
	m->txn = get(b + 48 + 2 * (size_t)TABLE, 8);
	if (m->page_bytes < PAGE_MIN || m->page_bytes > PAGE_MAX ||
	    (m->page_bytes & (m->page_bytes - 1)))
		return bad(w, which, "has a page size that cannot be");
	if (m->free.flags != INTEGER_KEY || m->main.flags != 0 || m->last < 1 ||
	    m->last > UINT32_MAX)
		return bad(w, which, "says of the file what cannot be");
	return 0;
}

/* The two heads take turns; the newer one counts. */
static int metas_read(struct walk *w, struct meta *now)
{
	struct meta m[2] = { { .txn = 0 }, { .txn = 0 } };
	int rc = meta_read(w, 0, 0, &m[0]);

	if (!rc)
		rc = meta_read(w, 1, m[0].page_bytes, &m[1]);
	if (rc)
		return rc;
	if (m[0].page_bytes != m[1].page_bytes)
		return bad(w, 1, "has another page size");
	*now = m[m[1].txn > m[0].txn];
	if (!m[0].txn && !m[1].txn)
		return 0;
	return m[0].txn % 2 || m[1].txn % 2 != 1 ||
			       (m[0].txn > m[1].txn ? m[0].txn - m[1].txn
						    : m[1].txn - m[0].txn) != 1
		       ? bad(w, m[1].txn > m[0].txn, "has a number that cannot be")
		       : 0;
}

/* ---- one page ---------------------------------------------------------------------- */

static int see(struct walk *w, uint64_t page, uint64_t count)
{
	if (page < 2 || page > w->last || count > w->last - page + 1)
		return bad(w, page, "is led to, which the file does not have");
	for (uint64_t i = page; i < page + count; i++) {
		if (w->seen[i / 8] >> (i % 8) & 1)
			return bad(w, i, "is in two places");
		w->seen[i / 8] |= (uint8_t)(1u << i % 8);
	}
	return 0;
}

static int read_at(struct walk *w, uint64_t page, uint8_t *out, size_t bytes)
{
	ssize_t n = pread(w->fd, out, bytes, (off_t)(page * w->page_bytes));

	if (n != (ssize_t)bytes)
		return bad(w, page,
			   n < 0 ? "cannot be read" : "is behind the end of the file");
	return get(out, 8) == page ? 0 : bad(w, page, "says it is another one");
}

static const uint8_t *node_of(const struct page *g, unsigned i)
{
	return g->p + get(g->p + HEAD + 2 * (size_t)i, 2);
}

static struct sv key_of(const struct page *g, unsigned i)
{
	const uint8_t *n = node_of(g, i);

	return (struct sv){ (const char *)n + NODE, get(n + 6, 2) };
}

static size_t node_bytes(const uint8_t *n, bool leaf)
{
	size_t bytes = NODE + (size_t)get(n + 6, 2);

	if (leaf)
		bytes += get(n + 4, 2) & F_BIG ? 8 : (size_t)get(n, 4);
	return bytes + (bytes & 1);
}

/* Do the entries fill what is behind the gap, each once? */
static int page_places(struct walk *w, const struct page *g, bool leaf)
{
	uint8_t used[PAGE_MAX / 16] = { 0 }; /* a bit for two bytes */
	size_t lower = (size_t)get(g->p + 12, 2), upper = (size_t)get(g->p + 14, 2),
	       filled = 0;

	if (lower != HEAD + 2 * (size_t)g->count || lower > upper ||
	    upper > w->page_bytes || upper % 2)
		return bad(w, g->number, "has a gap that cannot be");
	for (unsigned i = 0; i < g->count; i++) {
		size_t at = (size_t)get(g->p + HEAD + 2 * (size_t)i, 2), bytes;

		if (at % 2 || at < upper || at + NODE > w->page_bytes)
			return bad(w, g->number, "has an entry outside of it");
		bytes = node_bytes(g->p + at, leaf);
		if (bytes > w->page_bytes - at || key_of(g, i).n > KEY_BYTES)
			return bad(w, g->number, "has an entry that is too large");
		for (size_t k = at / 2; k < (at + bytes) / 2; k++) {
			if (used[k / 8] >> (k % 8) & 1)
				return bad(w, g->number, "has entries that overlap");
			used[k / 8] |= (uint8_t)(1u << k % 8);
		}
		filled += bytes;
	}
	return filled == w->page_bytes - upper
		       ? 0
		       : bad(w, g->number, "has bytes that are nobody's");
}

static int compare(const struct tree *t, struct sv a, struct sv b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c;

	if (t->is_free && a.n == 8 && b.n == 8) {
		uint64_t x = get((const uint8_t *)a.p, 8),
			 y = get((const uint8_t *)b.p, 8);

		return x < y ? -1 : x > y;
	}
	c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* A branch's first key says nothing. */
static int page_order(struct walk *w, const struct tree *t, const struct page *g,
		      bool leaf)
{
	for (unsigned i = leaf ? 0 : 1; i < g->count; i++) {
		struct sv key = key_of(g, i);
		bool first = i == (leaf ? 0 : 1);

		if (!key.n || (t->is_free && key.n != 8) ||
		    (first ? compare(t, key, g->low) < 0
			   : compare(t, key, key_of(g, i - 1)) <= 0) ||
		    (g->high.p && compare(t, key, g->high) >= 0))
			return bad(w, g->number, "has keys out of order");
	}
	return 0;
}

/* ---- values ------------------------------------------------------------------------ */

/* Free pages: how many, then their numbers from the highest down. */
static int free_list(struct walk *w, uint64_t page, const uint8_t *p, size_t n)
{
	uint64_t count = n >= 8 ? get(p, 8) : 0, before = NO_PAGE;
	int rc = 0;

	if (n < 8 || n % 8 || count > n / 8 - 1)
		return bad(w, page, "has a list of free pages that cannot be");
	for (uint64_t i = 1; !rc && i <= count; i++) {
		uint64_t one = get(p + 8 * i, 8);

		if (one >= before)
			return bad(w, page, "has free pages out of order");
		rc = see(w, one, 1);
		before = one;
	}
	return rc;
}

static int big_free_list(struct walk *w, uint64_t page, size_t n)
{
	uint8_t *b = malloc(n);
	int rc;

	if (!b)
		return err_set(w->err, ERR_SYSTEM, "out of memory");
	rc = pread(w->fd, b, n, (off_t)(page * w->page_bytes + HEAD)) == (ssize_t)n
		     ? free_list(w, page, b, n)
		     : bad(w, page, "is behind the end of the file");
	free(b);
	return rc;
}

/* A value that has pages of its own. */
static int big_value(struct walk *w, struct tree *t, const uint8_t *data, size_t n)
{
	uint64_t page = get(data, 8), pages, need;
	uint8_t head[HEAD], last;
	int rc;

	if (page < 2 || page > w->last)
		return bad(w, page, "is led to, which the file does not have");
	rc = read_at(w, page, head, sizeof(head));
	if (rc)
		return rc;
	pages = get(head + 12, 4);
	need = (HEAD + n + w->page_bytes - 1) / w->page_bytes;
	if (get(head + 10, 2) != P_OVERFLOW || pages < need)
		return bad(w, page, "is not the value that it should be");
	if (pread(w->fd, &last, 1, (off_t)(page * w->page_bytes + HEAD + n - 1)) != 1)
		return bad(w, page, "goes on behind the end of the file");
	t->found.big += pages;
	rc = see(w, page, pages);
	return rc || !t->is_free ? rc : big_free_list(w, page, n);
}

static int walk_table(struct walk *w, const struct table_head *head, bool is_free,
		      bool is_main);

/* An entry of the table of tables. */
static int inner_table(struct walk *w, struct sv name, uint64_t page, const uint8_t *data,
		       size_t n)
{
	struct table_head head;

	if (n != TABLE)
		return bad(w, page, "has a table that cannot be");
	table_read(data, &head);
	if (head.flags)
		return bad(w, page, "has a table of another kind");
	if (!w->whole && !sv_eq(name, SV("meta")))
		return 0;
	return walk_table(w, &head, false, false);
}

static int leaf_entry(struct walk *w, struct tree *t, const struct page *g, unsigned i)
{
	const uint8_t *node = node_of(g, i);
	unsigned flags = (unsigned)get(node + 4, 2);
	struct sv key = key_of(g, i);
	const uint8_t *data = node + NODE + key.n;
	size_t n = (size_t)get(node, 4);

	if (flags != (t->is_main ? F_TABLE : flags & F_BIG))
		return bad(w, g->number, "has an entry of another kind");
	t->found.entries++;
	if (flags & F_BIG)
		return n ? big_value(w, t, data, n)
			 : bad(w, g->number, "has an entry that cannot be");
	if (t->is_main)
		return inner_table(w, key, g->number, data, n);
	return t->is_free ? free_list(w, g->number, data, n) : 0;
}

/* ---- trees ------------------------------------------------------------------------- */

static int walk_page(struct walk *w, struct tree *t, unsigned depth, struct page g);

static int walk_entries(struct walk *w, struct tree *t, unsigned depth,
			const struct page *g, bool leaf)
{
	int rc = page_places(w, g, leaf);

	if (!rc)
		rc = page_order(w, t, g, leaf);
	for (unsigned i = 0; !rc && i < g->count; i++) {
		const uint8_t *node = node_of(g, i);

		if (leaf)
			rc = leaf_entry(w, t, g, i);
		else
			rc = walk_page(w, t, depth + 1,
				       (struct page){ .number = get(node, 6),
						      .low = i ? key_of(g, i) : g->low,
						      .high = i + 1 < g->count
								      ? key_of(g, i + 1)
								      : g->high });
	}
	return rc;
}

/* No deeper than DEPTH_MAX, and no page twice. */
static int walk_page(struct walk *w, struct tree *t, unsigned depth, struct page g)
{
	bool leaf = depth == t->head->depth;
	uint8_t *p;
	int rc = see(w, g.number, 1);

	if (rc)
		return rc;
	p = malloc(w->page_bytes);
	if (!p)
		return err_set(w->err, ERR_SYSTEM, "out of memory");
	rc = read_at(w, g.number, p, w->page_bytes);
	g.p = p;
	if (!rc && (get(p + 10, 2) != (leaf ? P_LEAF : P_BRANCH) ||
		    get(p + 12, 2) <= HEAD || get(p + 12, 2) > w->page_bytes))
		rc = bad(w, g.number, "is of another kind");
	if (!rc) {
		g.count = (unsigned)(get(p + 12, 2) - HEAD) / 2;
		t->found.leaves += leaf;
		t->found.branches += !leaf;
		rc = walk_entries(w, t, depth, &g, leaf);
	}
	free(p);
	return rc;
}

static int walk_table(struct walk *w, const struct table_head *head, bool is_free,
		      bool is_main)
{
	struct tree t = { .head = head, .is_free = is_free, .is_main = is_main };
	int rc = 0;

	if (head->root == NO_PAGE && head->depth == 0 && head->entries == 0)
		return 0;
	if (head->depth == 0 || head->depth > DEPTH_MAX)
		return bad(w, head->root, "is the root of a tree that cannot be");
	rc = walk_page(w, &t, 1, (struct page){ .number = head->root });
	if (!rc &&
	    (t.found.branches != head->branches || t.found.leaves != head->leaves ||
	     t.found.big != head->big || t.found.entries != head->entries))
		rc = bad(w, head->root, "is the root of more or less than it says");
	return rc;
}

static int walk_all(struct walk *w, const struct meta *m)
{
	int rc;

	w->page_bytes = m->page_bytes;
	w->last = m->last;
	/* Free pages at the end may never have been written: only a walk can tell. */
	if ((m->last + 1) * w->page_bytes > w->file_bytes)
		w->whole = true;
	w->seen = calloc(1, m->last / 8 + 1);
	if (!w->seen)
		return err_set(w->err, ERR_SYSTEM, "out of memory");
	rc = walk_table(w, &m->main, false, true);
	if (!rc && w->whole)
		rc = walk_table(w, &m->free, true, false);
	free(w->seen);
	return rc;
}

static int verify_once(struct walk *w, bool whole, bool *moved)
{
	struct err lost = ERR_NONE, *err = w->err;
	struct meta m = { .txn = 0 }, after;
	struct stat st;
	int rc = metas_read(w, &m), rc2;

	w->whole = whole;
	if (!rc && fstat(w->fd, &st))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", w->path, strerror(errno));
	if (!rc) {
		w->file_bytes = (uint64_t)st.st_size;
		rc = walk_all(w, &m);
	}
	w->err = &lost;
	rc2 = rc ? metas_read(w, &after) : 0;
	w->err = err;
	*moved = rc && !rc2 && after.txn != m.txn;
	return rc;
}

int pages_verify(const char *path, bool whole, struct err *err)
{
	struct walk w = { .path = path, .err = err };
	bool moved = true;
	int rc = 0;

	w.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (w.fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	/* Somebody who writes may use pages again while they are looked at. */
	for (int i = 0; i < TRIES && moved; i++)
		rc = verify_once(&w, whole, &moved);
	close(w.fd);
	if (moved) /* it changes all the time: what LMDB does for others, it does for us */
		*err = ERR_NONE;
	return moved ? 0 : rc;
}
