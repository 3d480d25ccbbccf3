/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_terms.c: a term of a lexicon becomes the keys that its words are looked up by.
 *
 * Terms go through the very steps that comments go through, so both always agree on what
 * a word is. An item hangs on a key, when it is one word, or on a state of the phrase graph.
 */
#include <stdio.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/hash.h"

bool build_tokens(struct builder *b, struct sv text)
{
	struct err err = ERR_NONE;

	if (scratch_fit(&b->scratch, text.n, &err)) {
		b->failed = b->failed || err.code == ERR_SYSTEM;
		return false;
	}
	b->scratch.t = &b->view;
	normalize(&b->scratch, text);
	tokens_split(&b->scratch);
	return true;
}

uint32_t build_key(struct builder *b, struct sv folded, bool stem)
{
	char name[WORD_MAX + 2];
	struct build_key *k;
	uint32_t *at;
	bool fresh;

	if (folded.n > WORD_MAX)
		return NO_INDEX;
	if (folded.n)
		memcpy(name, folded.p, folded.n);
	name[folded.n] = stem ? '*' : '.';
	at = map_at(b, &b->keys, (struct sv){ name, folded.n + 1 }, &fresh);
	if (at && fresh) {
		*at = (uint32_t)(b->key_list.n / sizeof(*k));
		k = vec_add(b, &b->key_list, sizeof(*k));
		if (!k)
			return NO_INDEX;
		k->text = build_string(b, folded);
		k->flags = stem ? KEY_STEM : 0;
		k->items = (struct build_list){ NO_INDEX, NO_INDEX, false };
	}
	if (at && !b->in_pack)
		((struct build_key *)(void *)b->key_list.p)[*at].plain = true;
	return at ? *at : NO_INDEX;
}

static bool term_push(struct builder *b, const struct source *src, struct term *t,
		      struct sv folded, bool stem)
{
	uint32_t key;

	if (t->count == PHRASE_MAX) {
		build_note(b, src, true, "\"" SV_FMT "\": more than %d words",
			   SV_ARG(t->text), PHRASE_MAX);
		return false;
	}
	if (stem && (folded.n < STEM_MIN || folded.n > STEM_MAX)) {
		build_note(b, src, true,
			   "\"" SV_FMT "\": a stem has %d to %d letters before the *",
			   SV_ARG(t->text), STEM_MIN, STEM_MAX);
		return false;
	}
	key = build_key(b, folded, stem);
	if (key != NO_INDEX)
		t->keys[t->count++] = key;
	return key != NO_INDEX;
}

/* One piece between blanks: a word, or several where it has hyphens or apostrophes. */
static bool piece_read(struct builder *b, const struct source *src, struct term *t,
		       struct sv piece)
{
	const struct opinia_scratch *s = &b->scratch;
	bool stem = sv_ends(piece, SV("*"));

	if (sv_eq(piece, SV("#")))
		return term_push(b, src, t, piece, false);
	if (sv_eq(piece, SV("#/#")))
		return term_push(b, src, t, SV("#"), false) &&
		       term_push(b, src, t, SV("/#"), false);
	if (stem)
		piece.n--;
	if (piece.n && memchr(piece.p, '*', piece.n)) {
		build_note(b, src, true,
			   "\"" SV_FMT "\": a * stands at the end of a word only",
			   SV_ARG(t->text));
		return false;
	}
	if (!build_tokens(b, piece))
		return false;
	if (stem && (!s->token_count || s->tokens[s->token_count - 1].end != piece.n)) {
		build_note(b, src, true, "\"" SV_FMT "\": no word before the *",
			   SV_ARG(t->text));
		return false;
	}
	for (uint32_t i = 0; i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];
		struct sv folded = { token_bytes(s, k), k->length };

		if (k->kind > TOKEN_NUMBER)
			continue;
		if (!term_push(b, src, t, folded, stem && i + 1 == s->token_count))
			return false;
	}
	return true;
}

bool term_is_number(struct builder *b, uint32_t key)
{
	return key == build_key(b, SV("#"), false) ||
	       key == build_key(b, SV("/#"), false);
}

bool term_read(struct builder *b, const struct source *src, struct sv text,
	       struct term *out)
{
	struct sv rest = sv_trim(text);

	*out = (struct term){ .text = rest };
	while (rest.n) {
		struct sv piece = sv_cut(&rest, ' ');

		if (piece.n && !piece_read(b, src, out, piece))
			return false;
	}
	if (!out->count)
		build_note(b, src, true, "\"" SV_FMT "\": there is no word in it",
			   SV_ARG(text));
	return out->count > 0;
}

/* The state behind @t's words; made where it does not exist. */
static uint32_t state_of(struct builder *b, const struct term *t)
{
	struct build_key *keys;
	uint32_t state = 0;

	for (uint32_t i = 0; i < t->count && !b->failed; i++) {
		uint32_t step[2] = { state, t->keys[i] };
		struct build_edge *e;
		struct build_list *l;
		bool fresh;
		uint32_t *at =
			map_at(b, &b->states,
			       (struct sv){ (const char *)step, sizeof(step) }, &fresh);

		if (!at)
			return 0;
		if (fresh) {
			*at = (uint32_t)(b->state_list.n / sizeof(*l));
			l = vec_add(b, &b->state_list, sizeof(*l));
			e = vec_add(b, &b->edge_list, sizeof(*e));
			if (!l || !e)
				return 0;
			*l = (struct build_list){ NO_INDEX, NO_INDEX, false };
			*e = (struct build_edge){ state, t->keys[i], *at };
		}
		keys = (void *)b->key_list.p;
		l = (struct build_list *)(void *)b->state_list.p + *at;
		l->plain |= !b->in_pack;
		keys[t->keys[i]].plain_goes_on |= i && !b->in_pack;
		if (!i)
			keys[t->keys[0]].start = *at;
		else
			keys[t->keys[i]].flags |= KEY_GOES_ON;
		state = *at;
	}
	return state;
}

static struct build_list *list_of(struct builder *b, const struct term *t)
{
	struct build_key *keys = (void *)b->key_list.p;
	struct build_list *states;
	uint32_t at;

	if (t->count == 1)
		return &keys[t->keys[0]].items;
	at = state_of(b, t);
	states = (void *)b->state_list.p;
	return &states[at];
}

/* The item that says the same already, or NULL after remembering this one. */
static struct item *seen_before(struct builder *b, const struct term *t,
				const struct table_entry *e)
{
	char name[32 + 4 * PHRASE_MAX + 256];
	struct item *items = (void *)b->items.p;
	size_t n;
	uint32_t *at;
	bool fresh;

	bool topic = e->kind == ENTRY_TOPIC || e->kind == ENTRY_REVIEW;

	n = (size_t)snprintf(name, 32, "%u %u %u %u ", e->kind, e->lang,
			     topic ? e->topic : 0u, topic ? 0u : (unsigned)e->side);
	memcpy(name + n, t->keys, t->count * sizeof(t->keys[0]));
	n += t->count * sizeof(t->keys[0]);
	if (e->flags & ENTRY_EXACT) {
		size_t more = t->text.n < 256 ? t->text.n : 256;

		memcpy(name + n, t->text.p, more);
		n += more;
	}
	at = map_at(b, &b->seen, (struct sv){ name, n }, &fresh);
	if (!at)
		return NULL;
	if (!fresh)
		return &items[*at];
	*at = (uint32_t)(b->items.n / sizeof(*items));
	return NULL;
}

static void list_add(struct builder *b, struct build_list *l, const struct source *src,
		     struct table_entry entry)
{
	struct item *items = vec_add(b, &b->items, sizeof(*items));
	uint32_t at;

	if (!items)
		return;
	*items = (struct item){ .entry = entry, .next = NO_INDEX, .level = src->level };
	at = (uint32_t)(b->items.n / sizeof(*items)) - 1;
	items = (void *)b->items.p;
	if (l->last != NO_INDEX)
		items[l->last].next = at;
	else
		l->first = at;
	l->last = at;
}

/* Told, or taken over by an overlay: true if @entry is settled. */
static bool settled(struct builder *b, const struct source *src, const struct term *t,
		    struct table_entry entry)
{
	struct item *old = seen_before(b, t, &entry);

	if (!old)
		return b->failed;
	if (old->level < src->level) {
		old->entry = entry;
		old->level = src->level;
	} else if (entry.kind != ENTRY_NOCONTENT) { /* `nu` and `nu.` are both typed */
		build_note(
			b, src, false,
			"\"" SV_FMT
			"\" is there already (after folding): this line does not count",
			SV_ARG(t->text));
	}
	return true;
}

static void mark_used(struct builder *b, const struct source *src, const struct term *t)
{
	struct build_key *keys = (void *)b->key_list.p;

	/* Which words are of a language is not for a pack to say: it may be off. */
	for (uint32_t i = 0; i < t->count && !b->failed && !b->in_pack; i++)
		keys[t->keys[i]].used |= (uint16_t)(1u << src->lang);
}

void item_add(struct builder *b, const struct source *src, const struct term *term,
	      struct table_entry entry)
{
	mark_used(b, src, term);
	entry.term = build_string(b, term->text);
	if (!settled(b, src, term, entry) && !b->failed)
		list_add(b, list_of(b, term), src, entry);
}

/* The number of a side: the same words in the same language are the same side, packs apart. */
static uint32_t side_of(struct builder *b, const struct source *src, const struct term *t)
{
	char name[8 + 4 * PHRASE_MAX];
	size_t n = t->count * sizeof(t->keys[0]);
	uint32_t *at;
	bool fresh;

	name[0] = (char)(src->lang << 1 | b->in_pack);
	memcpy(name + 1, t->keys, n);
	at = map_at(b, &b->sides, (struct sv){ name, n + 1 }, &fresh);
	if (!at)
		return 0;
	if (fresh) {
		*at = (uint32_t)b->sides.count;
		list_add(b, list_of(b, t), src,
			 (struct table_entry){ .kind = b->in_pack ? ENTRY_REVIEW_SIDE
								  : ENTRY_SIDE,
					       .lang = src->lang,
					       .side = *at,
					       .term = build_string(b, t->text) });
	}
	return *at;
}

void pair_add(struct builder *b, const struct source *src, const struct term *left,
	      const struct term *right, struct sv text, struct table_entry entry)
{
	uint32_t x = side_of(b, src, left), y = side_of(b, src, right);
	uint32_t ends[2] = { x < y ? x : y, x < y ? y : x };
	struct term both = { .text = text,
			     .keys = { ends[0], ends[1], NO_INDEX },
			     .count = 3 };
	struct build_pair *p;
	uint32_t *at;
	bool fresh;

	mark_used(b, src, left);
	mark_used(b, src, right);
	entry.term = build_string(b, text);
	if (b->failed || settled(b, src, &both, entry))
		return;
	at = map_at(b, &b->pairs, (struct sv){ (const char *)ends, sizeof(ends) },
		    &fresh);
	if (at && fresh) {
		*at = (uint32_t)(b->pair_list.n / sizeof(*p));
		p = vec_add(b, &b->pair_list, sizeof(*p));
		if (p)
			*p = (struct build_pair){ ends[0],
						  ends[1],
						  { NO_INDEX, NO_INDEX, false } };
	}
	p = (void *)b->pair_list.p;
	if (at && !b->failed)
		list_add(b, &p[*at].items, src, entry);
}
