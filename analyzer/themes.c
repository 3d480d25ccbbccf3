/* SPDX-License-Identifier: Apache-2.0 */
/*
 * themes.c: comments become numbers of content words. Left out are words that hold a sentence
 * together, numbers, whatever is personal data, and words that only strengthen or negate others.
 */
#include "analyzer/themes.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "analyzer/learned.h"
#include "analyzer/utf8_in.h"

enum { CLAUSE_GAP = 2 * THEME_REACH, PLACE_MOST = 1 << 27, TEXTS_MOST = 1 << 28 };

struct opinia_themes *opinia_themes_new(const struct opinia_analyzer *a)
{
	struct opinia_themes *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->a = a;
	t->cells_most = THEME_CELLS_MOST;
	arena_init(&t->arena, 0);
	buf_init(&t->texts, TEXTS_MOST);
	t->scratch = opinia_scratch_new(a);
	if (!t->scratch) {
		opinia_themes_free(t);
		return NULL;
	}
	t->scratch->plain = true;
	return t;
}

void opinia_themes_free(struct opinia_themes *t)
{
	if (!t)
		return;
	free(t->forms);
	free(t->keys);
	free(t->tokens);
	free(t->heard);
	free(t->cells);
	free(t->form_at.slots);
	free(t->key_at.slots);
	free(t->cell_at.slots);
	free(t->themes);
	buf_release(&t->texts);
	arena_release(&t->arena);
	opinia_scratch_free(t->scratch);
	free(t);
}

/* ---- growing ------------------------------------------------------------------------ */

void *theme_more(void *list, uint32_t *count, uint32_t *room, size_t size)
{
	char **p = list;

	if (*count == *room) {
		uint32_t more = *room ? *room * 2 : 1024;
		char *q = realloc(*p, more * size);

		if (!q)
			return NULL;
		*p = q;
		*room = more;
	}
	memset(*p + *count * size, 0, size);
	return *p + (*count)++ * size;
}

bool theme_index_grow(struct theme_index *x, uint32_t count)
{
	uint32_t size = x->size ? x->size * 2 : 4096;
	uint32_t *slots;

	if (count * 2 < x->size)
		return true;
	slots = calloc(size, sizeof(*slots));
	if (!slots)
		return false;
	free(x->slots);
	x->slots = slots;
	x->size = size;
	return true;
}

/* ---- words -------------------------------------------------------------------------- */

/* The bytes of the first THEME_STEM letters. */
static size_t cut(struct sv s)
{
	size_t at = 0;

	for (int i = 0; i < THEME_STEM && at < s.n; i++) {
		at++;
		while (at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80)
			at++;
	}
	return at;
}

static uint32_t put_text(struct opinia_themes *t, struct sv s)
{
	uint32_t at = (uint32_t)t->texts.n;

	buf_sv_put(&t->texts, s);
	return at;
}

static struct sv text_at(const struct opinia_themes *t, uint32_t at, size_t n)
{
	return (struct sv){ t->texts.p + at, n };
}

static bool rehash_keys(struct opinia_themes *t)
{
	uint32_t size = t->key_at.size;

	if (!theme_index_grow(&t->key_at, t->key_count))
		return false;
	for (uint32_t i = 0; size != t->key_at.size && i < t->key_count; i++) {
		uint32_t at = (uint32_t)t->keys[i].hash & (t->key_at.size - 1);

		while (t->key_at.slots[at])
			at = (at + 1) & (t->key_at.size - 1);
		t->key_at.slots[at] = i + 1;
	}
	return true;
}

static struct theme_key *key_of(struct opinia_themes *t, struct sv stem)
{
	uint64_t hash = table_checksum(stem.p, stem.n);
	struct theme_key *k;
	uint32_t at;

	if (!rehash_keys(t))
		return NULL;
	at = (uint32_t)hash & (t->key_at.size - 1);
	for (; t->key_at.slots[at]; at = (at + 1) & (t->key_at.size - 1)) {
		k = &t->keys[t->key_at.slots[at] - 1];
		if (sv_eq(text_at(t, k->text, k->length), stem))
			return k;
	}
	k = theme_more(&t->keys, &t->key_count, &t->key_room, sizeof(*k));
	if (!k)
		return NULL;
	k->hash = hash;
	k->text = put_text(t, stem);
	k->length = (uint8_t)stem.n;
	t->key_at.slots[at] = t->key_count;
	return k;
}

static bool rehash_forms(struct opinia_themes *t)
{
	uint32_t size = t->form_at.size;

	if (!theme_index_grow(&t->form_at, t->form_count))
		return false;
	for (uint32_t i = 0; size != t->form_at.size && i < t->form_count; i++) {
		uint32_t at = (uint32_t)t->forms[i].hash & (t->form_at.size - 1);

		while (t->form_at.slots[at])
			at = (at + 1) & (t->form_at.size - 1);
		t->form_at.slots[at] = i + 1;
	}
	return true;
}

/* The form of a folded word, NULL: out of memory, or of forms (then *full). */
static struct theme_form *form_of(struct opinia_themes *t, struct sv folded,
				  uint8_t language, bool *full)
{
	uint64_t hash = table_checksum(folded.p, folded.n);
	struct theme_form *f;
	struct theme_key *k;
	struct sv stem;
	uint32_t at;

	if (!rehash_forms(t))
		return NULL;
	at = (uint32_t)hash & (t->form_at.size - 1);
	for (; t->form_at.slots[at]; at = (at + 1) & (t->form_at.size - 1)) {
		f = &t->forms[t->form_at.slots[at] - 1];
		if (sv_eq(text_at(t, f->text, f->length), folded))
			return f;
	}
	*full = t->form_count == THEME_FORMS_MOST;
	if (*full)
		return NULL;
	stem = opinia_stem_for_search(t->a, t->scratch, language, folded);
	stem.n = cut(stem);
	k = key_of(t, stem);
	f = k ? theme_more(&t->forms, &t->form_count, &t->form_room, sizeof(*f)) : NULL;
	if (!f)
		return NULL;
	f->hash = hash;
	f->key = (uint32_t)(k - t->keys);
	f->text = put_text(t, folded);
	f->length = (uint8_t)folded.n;
	t->form_at.slots[at] = t->form_count;
	return f;
}

/* ---- spelling ----------------------------------------------------------------------- */

struct spelled {
	char text[4 * THEME_WORD_MOST];
	uint8_t n;
	bool first, all, accents; /* capitals: the first letter, every one */
};

static void spell(struct sv word, struct spelled *out)
{
	*out = (struct spelled){ .all = true };
	for (bool first = true; word.n; first = false) {
		struct utf8_in c = utf8_in(word.p, word.n);
		utf8proc_int32_t small = utf8proc_tolower((utf8proc_int32_t)c.cp);
		bool capital = (uint32_t)small != c.cp;

		word = sv_sub(word, c.bytes, word.n);
		out->first |= first && capital;
		out->all = out->all && capital;
		out->accents |= c.cp > 127;
		if (out->n + 4u < sizeof(out->text))
			out->n = (uint8_t)(out->n +
					   utf8proc_encode_char(
						   small, (utf8proc_uint8_t *)out->text +
								  out->n));
	}
}

/* How it is written: names are told by their capital letter, spelling is kept with diacritics. */
static void note_spelling(struct opinia_themes *t, struct theme_form *f,
			  const struct token *k, bool opens)
{
	struct theme_key *key = &t->keys[f->key];
	struct spelled how;

	spell(sv_sub(t->scratch->text, k->start, k->end - k->start), &how);
	if (!how.first || how.all)
		key->small += !opens || !how.first;
	else
		key->capital += !opens;
	if (k->sense.flags & TOKEN_WHOLE)
		key->known |=
			t->scratch->t->keys[t->scratch->keys[k->sense.keys]].known != 0;
	if (!how.accents)
		return;
	f->accents++;
	if (sv_eq(text_at(t, f->spelled, f->spelled_length),
		  (struct sv){ how.text, how.n })) {
		f->votes++;
		return;
	}
	if (f->votes &&
	    --f->votes) /* who is left after all have voted has the most, if anybody */
		return;
	f->votes = 1;
	f->spelled = put_text(t, (struct sv){ how.text, how.n });
	f->spelled_length = how.n;
}

/* ---- one comment -------------------------------------------------------------------- */

static bool overlaps(struct span s, const struct token *k)
{
	return s.start < k->end && k->start < s.end;
}

static bool is_function(const struct opinia_scratch *s, const struct token *k)
{
	return k->sense.flags & TOKEN_WHOLE &&
	       s->t->keys[s->keys[k->sense.keys]].flags & KEY_FUNCTION;
}

/* Hits are in order of their first token, and none is longer than PHRASE_MAX. */
static uint32_t hits_near(const struct opinia_scratch *s, uint32_t token)
{
	uint32_t low = 0, high = s->hit_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->hits[middle].first + PHRASE_MAX <= token)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_shifter(const struct opinia_scratch *s, uint32_t token)
{
	for (uint32_t i = hits_near(s, token);
	     i < s->hit_count && s->hits[i].first <= token; i++)
		if (s->hits[i].entry->kind == ENTRY_SHIFTER &&
		    token < s->hits[i].first + s->hits[i].count)
			return true;
	return false;
}

static bool is_content(const struct opinia_scratch *s, uint32_t token,
		       const struct verdict *v)
{
	const struct token *k = &s->tokens[token];
	const char *p = token_bytes(s, k);

	if (k->kind != TOKEN_WORD || k->length < THEME_LETTERS ||
	    k->length > THEME_WORD_MOST || is_function(s, k) || is_shifter(s, token))
		return false;
	for (uint32_t i = 0; i < k->length; i++)
		if (p[i] >= '0' && p[i] <= '9')
			return false;
	for (uint16_t i = 0; i < v->pii_count; i++)
		if (overlaps(v->pii[i].span, k))
			return false;
	return true;
}

static void cover(struct theme_token *to, const struct token *k, const struct verdict *v)
{
	for (uint16_t i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];

		if (!overlaps(e->span, k))
			continue;
		if (e->topic != TOPIC_NONE)
			to->topic = 1;
		else
			to->feeling = 1;
	}
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

static int add_token(struct opinia_themes *t, const struct verdict *v,
		     const struct trait *x, struct err *err)
{
	const struct opinia_scratch *s = t->scratch;
	const struct token *k = &s->tokens[x->first];
	struct sv folded = { token_bytes(s, k), k->length };
	bool opens = !x->first || k->flags & (TOKEN_CLAUSE | TOKEN_SENTENCE),
	     full = false;
	struct theme_form *f = form_of(t, folded, v->language, &full);
	struct theme_token *to;

	if (full)
		t->report.words_left_out++;
	if (!f)
		return full ? 0 : no_memory(err);
	f->count++;
	note_spelling(t, f, k, opens);
	to = theme_more(&t->tokens, &t->token_count, &t->token_room, sizeof(*to));
	if (!to || !buf_ok(&t->texts))
		return no_memory(err);
	to->form = (uint32_t)(f - t->forms);
	to->place = (x->first + x->clause * CLAUSE_GAP) & (PLACE_MOST - 1);
	to->negated = x->negated;
	cover(to, k, v);
	return 0;
}

static int add_words(struct opinia_themes *t, const struct verdict *v, struct err *err)
{
	struct traits walk;
	struct trait x;
	int rc = 0;

	traits_begin(&walk, t->scratch);
	while (!rc && traits_next(&walk, &x))
		if (x.count == 1 && !x.length && is_content(t->scratch, x.first, v))
			rc = add_token(t, v, &x, err);
	return rc;
}

int opinia_themes_add(struct opinia_themes *t, const struct opinia_theme_comment *x,
		      struct err *err)
{
	struct theme_heard *h;
	struct verdict v;
	int rc;

	if (t->heard_count == THEME_COMMENTS_MOST ||
	    t->token_count >= THEME_TOKENS_MOST) {
		t->report.left_out++;
		return 0;
	}
	arena_reset(&t->arena);
	rc = opinia_analyze(t->a, t->scratch, x->text, x->lang, &t->arena, &v, err);
	if (rc)
		return rc;
	h = theme_more(&t->heard, &t->heard_count, &t->heard_room, sizeof(*h));
	if (!h)
		return no_memory(err);
	*h = (struct theme_heard){ .customer = x->customer,
				   .first = t->token_count,
				   .in = x->in };
	*(x->in ? &t->report.in : &t->report.out) += 1;
	if (v.analyzed && !no_content(t->scratch))
		rc = add_words(t, &v, err);
	t->heard[t->heard_count - 1].count =
		t->token_count - t->heard[t->heard_count - 1].first;
	return rc;
}
