/* SPDX-License-Identifier: Apache-2.0 */
/*
 * themes_count.c: which words and pairs recur, in how many comments, of how many customers.
 *
 * Comments are walked customer by customer, so that "another customer" is one comparison and the
 * number of customers is exact. When the table is full, the rarest are forgotten, first those
 * that were met once, then twice, until half is free (lossy counting: Manku and Motwani, VLDB
 * 2002): what is frequent stays, and its count is at most too small.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/themes.h"

enum {
	RARE_FORM = 20, /* one so much rarer is a typo, or another word */
	SPELLED = 5,	/* so many type it plainly for each who does not */
};

/* ---- cells -------------------------------------------------------------------------- */

static void index_cells(struct opinia_themes *t)
{
	uint32_t mask = t->cell_at.size - 1;

	memset(t->cell_at.slots, 0, t->cell_at.size * sizeof(*t->cell_at.slots));
	for (uint32_t i = 0; i < t->cell_count; i++) {
		uint32_t at = (uint32_t)hash_mix(t->cells[i].a, t->cells[i].b) & mask;

		while (t->cell_at.slots[at])
			at = (at + 1) & mask;
		t->cell_at.slots[at] = i + 1;
	}
}

static void forget_rare(struct opinia_themes *t)
{
	uint32_t most = 0;

	while (t->cell_count > t->cells_most / 2) {
		uint32_t kept = 0;

		most++;
		for (uint32_t i = 0; i < t->cell_count; i++)
			if (t->cells[i].in + t->cells[i].out > most)
				t->cells[kept++] = t->cells[i];
		t->report.forgotten += t->cell_count - kept;
		t->cell_count = kept;
	}
	index_cells(t);
}

static struct theme_cell *cell_of(struct opinia_themes *t, uint32_t a, uint32_t b)
{
	struct theme_cell *c;
	uint32_t at, size = t->cell_at.size;

	if (t->cell_count == t->cells_most)
		forget_rare(t);
	if (!theme_index_grow(&t->cell_at, t->cell_count))
		return NULL;
	if (size != t->cell_at.size)
		index_cells(t);
	at = (uint32_t)hash_mix(a, b) & (t->cell_at.size - 1);
	for (; t->cell_at.slots[at]; at = (at + 1) & (t->cell_at.size - 1)) {
		c = &t->cells[t->cell_at.slots[at] - 1];
		if (c->a == a && c->b == b)
			return c;
	}
	c = theme_more(&t->cells, &t->cell_count, &t->cell_room, sizeof(*c));
	if (!c)
		return NULL;
	c->a = a;
	c->b = b;
	t->cell_at.slots[at] = t->cell_count;
	return c;
}

/* ---- counting ----------------------------------------------------------------------- */

struct counting {
	struct opinia_themes *t;
	uint32_t comment, customer; /* numbers of this walk, from 1 */
	bool in, failed;
};

static void count(struct counting *w, uint32_t a, uint32_t b)
{
	bool forward = a < b;
	struct theme_cell *c = cell_of(w->t, forward ? a : b, forward ? b : a);
	uint32_t *last;

	if (!c) {
		w->failed = true;
		return;
	}
	if (c->last == w->comment)
		return;
	c->last = w->comment;
	c->forward += forward;
	*(w->in ? &c->in : &c->out) += 1;
	last = w->in ? &c->last_in : &c->last_out;
	if (*last != w->customer)
		*(w->in ? &c->in_customers : &c->out_customers) += 1;
	*last = w->customer;
}

/* A word that is written as a name is one: who and what is called so is no theme. */
static bool is_name(const struct theme_key *k)
{
	return k->capital > k->small || (!k->small && !k->known);
}

static bool counts(const struct opinia_themes *t, const struct theme_token *k)
{
	return !k->topic && !is_name(&t->keys[t->forms[k->form].key]);
}

static void count_comment(struct counting *w, const struct theme_heard *h)
{
	const struct opinia_themes *t = w->t;
	const struct theme_token *k = t->tokens + h->first;

	for (uint32_t i = 0; i < h->count; i++) {
		uint32_t a = theme_part(t, &k[i]);

		if (!counts(t, &k[i]))
			continue;
		if (!k[i].feeling)
			count(w, a, THEME_ALONE);
		for (uint32_t j = i + 1;
		     j < h->count && k[j].place - k[i].place <= THEME_REACH; j++) {
			uint32_t b = theme_part(t, &k[j]);

			if (counts(t, &k[j]) && !(k[i].feeling && k[j].feeling) &&
			    a / 2 != b / 2)
				count(w, a, b);
		}
	}
}

struct turn {
	uint64_t customer;
	uint32_t comment;
};

static int by_customer(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return x->comment < y->comment ? -1 : x->comment > y->comment;
}

static bool count_all(struct opinia_themes *t)
{
	struct counting w = { .t = t };
	struct turn *turns = malloc((t->heard_count + 1u) * sizeof(*turns));

	if (!turns)
		return false;
	for (uint32_t i = 0; i < t->heard_count; i++)
		turns[i] = (struct turn){ t->heard[i].customer, i };
	qsort(turns, t->heard_count, sizeof(*turns), by_customer);
	for (uint32_t i = 0; i < t->heard_count && !w.failed; i++) {
		const struct theme_heard *h = &t->heard[turns[i].comment];

		w.comment = i + 1;
		w.in = h->in;
		if (!i || !h->customer || h->customer != turns[i - 1].customer)
			w.customer++;
		count_comment(&w, h);
	}
	free(turns);
	return !w.failed;
}

/* ---- how a word is told ------------------------------------------------------------- */

static size_t common(const char *a, size_t n, const char *b, size_t m)
{
	size_t i = 0;

	while (i < n && i < m && a[i] == b[i])
		i++;
	while (i && i < n && ((unsigned char)a[i] & 0xC0) == 0x80)
		i--;
	return i;
}

/* The most frequent form of each key; of equals the first one met. */
static void find_best(struct opinia_themes *t)
{
	for (uint32_t i = 0; i < t->key_count; i++)
		t->keys[i].best = UINT32_MAX;
	for (uint32_t i = 0; i < t->form_count; i++) {
		struct theme_key *k = &t->keys[t->forms[i].key];

		if (k->best == UINT32_MAX || t->forms[i].count > t->forms[k->best].count)
			k->best = i;
	}
}

/*
 * The start that its usual forms have in common, with a star; the word itself where that is too
 * little to go by.
 */
static void find_terms(struct opinia_themes *t)
{
	for (uint32_t i = 0; i < t->key_count; i++)
		t->keys[i].term_length = t->forms[t->keys[i].best].length;
	for (uint32_t i = 0; i < t->form_count; i++) {
		const struct theme_form *f = &t->forms[i];
		struct theme_key *k = &t->keys[f->key];
		const struct theme_form *best = &t->forms[k->best];

		if (f->count * RARE_FORM >= best->count)
			k->term_length =
				(uint8_t)common(t->texts.p + best->text, k->term_length,
						t->texts.p + f->text, f->length);
	}
	for (uint32_t i = 0; i < t->key_count; i++) {
		struct theme_key *k = &t->keys[i];
		const struct theme_form *best = &t->forms[k->best];
		size_t stem = common(t->texts.p + best->text, best->length,
				     t->texts.p + k->text, k->length);
		char term[THEME_WORD_MOST + 2];
		size_t n = k->term_length == best->length && stem >= 5 ? stem
								       : k->term_length;
		bool star = n >= 4 && (n < best->length || stem >= 5);

		n = star ? n : best->length;
		memcpy(term, t->texts.p + best->text, n);
		term[n] = '*';
		k->term = (uint32_t)t->texts.n;
		k->term_length = (uint8_t)(n + star);
		buf_put(&t->texts, term, k->term_length);
	}
}

/* ---- the list ----------------------------------------------------------------------- */

static int by_parts(const void *a, const void *b)
{
	const struct theme_cell *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

static void tell_word(const struct opinia_themes *t, struct opinia_theme *to, int at,
		      uint32_t part)
{
	const struct theme_key *k = &t->keys[part / 2];
	const struct theme_form *best = &t->forms[k->best];

	to->part[at] = part;
	to->negated[at] = part % 2;
	to->word[at] =
		best->accents * SPELLED >= best->count
			? (struct sv){ t->texts.p + best->spelled, best->spelled_length }
			: (struct sv){ t->texts.p + best->text, best->length };
	to->term[at] = (struct sv){ t->texts.p + k->term, k->term_length };
}

static void tell(const struct opinia_themes *t, const struct theme_cell *c,
		 struct opinia_theme *to)
{
	bool turned = c->b != THEME_ALONE && c->forward * 2 < c->in + c->out;

	*to = (struct opinia_theme){ .in = c->in,
				     .out = c->out,
				     .in_customers = c->in_customers,
				     .out_customers = c->out_customers };
	to->part[1] = THEME_ALONE;
	tell_word(t, to, turned, c->a);
	if (c->b != THEME_ALONE)
		tell_word(t, to, !turned, c->b);
}

int opinia_themes_find(struct opinia_themes *t, uint32_t least,
		       const struct opinia_theme **out, size_t *n, struct err *err)
{
	free(t->themes);
	t->themes = NULL;
	t->cell_count = 0;
	t->report.forgotten = 0;
	if (t->cell_at.slots)
		index_cells(t);
	find_best(t);
	find_terms(t);
	if (!buf_ok(&t->texts) || !count_all(t))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (t->cell_count)
		qsort(t->cells, t->cell_count, sizeof(*t->cells), by_parts);
	t->themes = malloc((t->cell_count + 1u) * sizeof(*t->themes));
	if (!t->themes)
		return err_set(err, ERR_SYSTEM, "out of memory");
	*n = 0;
	for (uint32_t i = 0; i < t->cell_count; i++)
		if (t->cells[i].in + t->cells[i].out >= least)
			tell(t, &t->cells[i], &t->themes[(*n)++]);
	*out = t->themes;
	return 0;
}

const struct opinia_theme_report *opinia_themes_report(const struct opinia_themes *t)
{
	return &t->report;
}

/* ---- where it was said -------------------------------------------------------------- */

static bool has(const struct opinia_themes *t, const struct theme_heard *h,
		const struct opinia_theme *x)
{
	const struct theme_token *k = t->tokens + h->first;

	for (uint32_t i = 0; i < h->count; i++) {
		uint32_t a = theme_part(t, &k[i]);

		if ((a != x->part[0] && a != x->part[1]) || k[i].topic)
			continue;
		if (x->part[1] == THEME_ALONE)
			return true;
		for (uint32_t j = i + 1;
		     j < h->count && k[j].place - k[i].place <= THEME_REACH; j++)
			if (!k[j].topic && !(k[i].feeling && k[j].feeling) &&
			    theme_part(t, &k[j]) ==
				    (a == x->part[0] ? x->part[1] : x->part[0]))
				return true;
	}
	return false;
}

int opinia_themes_where(const struct opinia_themes *t, const struct opinia_theme *x,
			struct arena *arena, uint32_t **which, size_t *n, struct err *err)
{
	size_t most = (size_t)x->in + x->out;

	*n = 0;
	*which = arena_take(arena, (most + 1) * sizeof(**which));
	if (!*which)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (uint32_t i = 0; i < t->heard_count && *n < most; i++)
		if (has(t, &t->heard[i], x))
			(*which)[(*n)++] = i;
	return 0;
}
