/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c: the words of a text for search, made by the same steps that tagging takes, and the
 * light suffix table that makes `platnosc` find `płatności`. Search only: nothing here is ever
 * asked when a comment is tagged.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum { STEM_LEAST = 4 /* letters that stay */, LETTERS = 256 };

static int prepare(struct opinia_scratch *s, struct sv text, struct err *err)
{
	int rc = scratch_fit(s, text.n, err);

	if (rc)
		return rc;
	normalize(s, text);
	tokens_split(s);
	return 0;
}

/*
 * For each language and last byte the first of its suffixes + 1, and behind them for each
 * suffix the next of that kind: a word asks the few that end like it, longest first, of a
 * hundred.
 */
uint32_t *endings_make(const struct table *t)
{
	size_t heads = (size_t)t->lang_count * LETTERS;
	uint32_t *first = calloc(heads + t->count[SEC_SUFFIXES] + 1, sizeof(*first));

	for (uint32_t lang = 0; first && lang < t->lang_count; lang++) {
		const struct table_lang *l = &t->langs[lang];

		for (uint32_t i = l->suffixes + l->suffix_count; i-- > l->suffixes;) {
			struct sv end = table_string(t, t->suffixes[i].text);
			uint32_t *head;

			if (!end.n)
				continue;
			head = &first[lang * LETTERS + (uint8_t)end.p[end.n - 1]];
			first[heads + i] = *head;
			*head = i + 1;
		}
	}
	return first;
}

/* The suffix of @language that @word ends in, or NULL. */
static const struct table_suffix *suffix_of(const struct opinia_scratch *s,
					    uint8_t language, struct sv word)
{
	const struct table *t = s->t;
	const uint32_t *next = s->endings + (size_t)t->lang_count * LETTERS;
	uint32_t i;

	if (language >= t->lang_count || word.n <= STEM_LEAST)
		return NULL;
	i = s->endings[language * LETTERS + (uint8_t)word.p[word.n - 1]];
	for (; i; i = next[i - 1]) {
		const struct table_suffix *x = &t->suffixes[i - 1];
		struct sv end = table_string(t, x->text);

		if (word.n >= end.n + STEM_LEAST && sv_ends(word, end))
			return x;
	}
	return NULL;
}

/* @room: where a stem with a replacement may be written, word.n + 64 bytes, or NULL. */
static struct sv stem(const struct opinia_scratch *s, uint8_t language, struct sv word,
		      char *room)
{
	const struct table_suffix *x = suffix_of(s, language, word);
	const struct table *t = s->t;
	struct sv with;

	if (!x)
		return word;
	word.n -= table_string(t, x->text).n;
	with = table_string(t, x->replacement);
	if (!with.n || !room)
		return word;
	memcpy(room, word.p, word.n);
	memcpy(room + word.n, with.p, with.n);
	return (struct sv){ room, word.n + with.n };
}

int opinia_words(const struct opinia_analyzer *a, struct opinia_scratch *s,
		 struct sv text, uint8_t language, const struct opinia_word **words,
		 size_t *count, struct err *err)
{
	int rc = prepare(s, text, err);
	char *room;

	(void)a;
	*words = NULL;
	*count = 0;
	if (rc)
		return rc;
	*words = s->words;
	room = s->folded + s->emoji_from; /* nobody looks for emoji here */
	for (uint32_t i = 0; i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];
		struct opinia_word *w = &s->words[*count];

		if (k->kind > TOKEN_NUMBER || k->length > WORD_MAX)
			continue;
		w->folded = (struct sv){ token_bytes(s, k), k->length };
		w->span = (struct span){ k->start, k->end };
		w->stem = w->folded;
		if (k->kind == TOKEN_WORD)
			w->stem = stem(s, language, w->folded, room);
		if (w->stem.p == room)
			room += w->stem.n;
		++*count;
	}
	return 0;
}

struct word *opinia_words_read(struct opinia_scratch *s, struct arena *arena,
			       size_t *count)
{
	struct word *words = arena_take(arena, (s->token_count + 1) * sizeof(*words));
	uint32_t n = 0;

	for (uint32_t i = 0; words && i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];
		struct word *w = &words[n];

		if (k->kind > TOKEN_NUMBER || k->length > WORD_MAX)
			continue;
		w->folded = (struct sv){ token_bytes(s, k), k->length };
		w->span = (struct span){ k->start, k->end };
		w->stem = w->folded;
		if (k->kind == TOKEN_WORD && k->length > STEM_LEAST)
			w->stem.p = NULL;
		w->place = n++;
	}
	*count = n;
	return words;
}

struct sv opinia_stem_for_search(const struct opinia_analyzer *a,
				 struct opinia_scratch *s, uint8_t language,
				 struct sv folded)
{
	(void)a;
	return stem(s, language, folded, folded.n <= WORD_MAX ? s->stem : NULL);
}

int opinia_fold(const struct opinia_analyzer *a, struct opinia_scratch *s, struct sv text,
		struct buf *out, struct err *err)
{
	int rc = prepare(s, text, err);
	bool first = true;

	(void)a;
	for (uint32_t i = 0; !rc && i < s->token_count; i++) {
		const struct token *k = &s->tokens[i];

		if (k->kind > TOKEN_NUMBER || k->length > WORD_MAX)
			continue;
		if (!first)
			buf_char(out, ' ');
		buf_put(out, token_bytes(s, k), k->length);
		first = false;
	}
	return rc;
}
