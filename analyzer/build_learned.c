/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_learned.c: learned.tsv, what `opinia lexicon learn` wrote of a team's own scores, becomes
 * numbers and terms that are found by their hash. One file speaks: that of the last folder that
 * has one, since weights of two fits do not add up.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/learned.h"

static const struct {
	const char *name;
	int32_t preset;
} numbers[LEARNED_NUMBERS] = {
	[LEARNED_BIAS] = { "@bias", 0 },
	[LEARNED_WHOLE] = { "@whole", 1000 },
	[LEARNED_FIRST] = { "@first", 0 },
	[LEARNED_LAST] = { "@last", 0 },
	[LEARNED_UP] = { "@up", 0 },
	[LEARNED_DOWN] = { "@down", 0 },
	[LEARNED_LENGTH] = { "@length", 0 },
	[LEARNED_NOTHING] = { "@nothing", 0 },
	[LEARNED_THRESHOLD] = { "@threshold", 0 },
	[LEARNED_SHARP] = { "@sharp", 1000 },
	[LEARNED_CENTRE] = { "@centre", 0 },
	[LEARNED_ZONE] = { "@zone", 400 },
	[LEARNED_KNOWN] = { "@known", 0 },
	[LEARNED_MIXED] = { "@mixed", 2000 },
	[LEARNED_TRUST] = { "@trust", 1000 },
	[LEARNED_CONF] = { "@conf", 0 },
	[LEARNED_CONF_NEG] = { "@conf_neg", 0 },
	[LEARNED_CONF_NEU] = { "@conf_neu", 0 },
	[LEARNED_CONF_POS] = { "@conf_pos", 0 },
	[LEARNED_CONF_MIXED] = { "@conf_mixed", 0 },
};

const char *learned_name(enum learned_number n)
{
	return numbers[n].name;
}

struct learned_row {
	uint64_t hash;
	struct table_term term;
};

/* One token and nothing else; emoticons are the lexicon's own business. */
static bool is_word(const struct opinia_scratch *s, bool stem)
{
	const struct token *k = s->tokens;
	uint32_t bytes;

	if (s->token_count != 1 || k->kind == TOKEN_EMOTICON || k->length > WORD_MAX)
		return false;
	bytes = k->kind == TOKEN_EMOJI ? 1 : k->length;
	return s->folded_count == bytes && (!stem || k->kind == TOKEN_WORD);
}

/* The hash of one word of a term, 0 and a note: it is none. */
static uint64_t word_hash(struct builder *b, const struct source *src, struct sv word)
{
	static const char number[1 + HASH_PAD] = "#";
	const struct opinia_scratch *s = &b->scratch;
	bool stem = sv_ends(word, SV("*")) && word.n > 1;
	const struct token *k;

	if (stem)
		word.n--;
	if (!build_tokens(b, word) || !is_word(s, stem)) {
		build_note(b, src, true, "\"" SV_FMT "\" is no word", SV_ARG(word));
		return 0;
	}
	k = s->tokens;
	if (k->kind == TOKEN_NUMBER)
		return hash_word(number, 1, HASH_WORD);
	return hash_word(token_bytes(s, k), k->length, stem ? HASH_STEM : HASH_WORD);
}

static uint64_t term_hash(struct builder *b, const struct source *src, struct sv text)
{
	struct sv rest = text, first = sv_cut(&rest, ' ');
	uint64_t left = word_hash(b, src, first), right;

	if (!left || !rest.n)
		return left;
	right = word_hash(b, src, rest);
	if (right && (sv_ends(first, SV("*")) || sv_ends(rest, SV("*")))) {
		build_note(b, src, true, "a stem stands alone");
		return 0;
	}
	return right ? trait_pair(left, right) : 0;
}

static void read_number(struct builder *b, const struct source *src, int32_t *to)
{
	int n = 0;

	while (n < LEARNED_NUMBERS && !sv_eq(src->column[0], sv_of(numbers[n].name)))
		n++;
	if (n == LEARNED_NUMBERS) {
		build_note(b, src, true, "no such number \"" SV_FMT "\"",
			   SV_ARG(src->column[0]));
		return;
	}
	for (int m = 0; m < LEARNED_MODELS; m++) {
		struct sv text = src->column[1 + m];
		int32_t v = 0;

		if (text.n &&
		    (!source_milli(text, &v) || v < -LEARNED_MOST || v > LEARNED_MOST))
			build_note(b, src, true,
				   "\"" SV_FMT "\" is no number from -%d to %d",
				   SV_ARG(text), LEARNED_MOST / 1000,
				   LEARNED_MOST / 1000);
		if (text.n)
			to[m * LEARNED_NUMBERS + n] = v;
	}
}

static void read_term(struct builder *b, const struct source *src, struct vec *rows)
{
	struct learned_row row = { .hash = term_hash(b, src, src->column[0]) }, *to;

	for (int i = 0; i < 2 * LEARNED_MODELS; i++) {
		struct sv text = src->column[1 + i];
		int32_t v = 0;

		if (text.n && (!source_milli(text, &v) || v < -LEARNED_TERM_MOST ||
			       v > LEARNED_TERM_MOST)) {
			build_note(b, src, true,
				   "\"" SV_FMT "\" is no weight from -%d to %d",
				   SV_ARG(text), LEARNED_TERM_MOST / 1000,
				   LEARNED_TERM_MOST / 1000);
			return;
		}
		row.term.weight[i / 2][i % 2] = (int16_t)v;
	}
	if (!row.hash)
		return;
	row.term.print = trait_print(row.hash);
	row.term.term = build_string(b, src->column[0]);
	to = vec_add(b, rows, sizeof(*to));
	if (to)
		*to = row;
}

/* Two lines of one term are an error: which of them would hold? */
static void freeze_terms(struct builder *b, const struct source *src,
			 const struct vec *rows)
{
	const struct learned_row *all = (const void *)rows->p;
	size_t n = rows->n / sizeof(*all);
	uint32_t size = 4;
	struct table_term *slots;

	while (size < 2 * n + 2)
		size *= 2;
	slots = vec_add(b, &b->sec[SEC_TERMS], size * sizeof(*slots));
	for (size_t i = 0; i < n && slots; i++) {
		uint32_t at = (uint32_t)all[i].hash & (size - 1);

		for (; slots[at].print; at = (at + 1) & (size - 1))
			if (slots[at].print == all[i].term.print) {
				struct table strings = {
					.strings = (unsigned char *)b->sec[SEC_STRINGS].p
				};

				build_note(
					b, src, true, "\"" SV_FMT "\" stands twice",
					SV_ARG(table_string(&strings, all[i].term.term)));
				return;
			}
		slots[at] = all[i].term;
	}
}

void build_learned(struct builder *b)
{
	struct vec rows = { NULL, 0, 0 };
	struct source src;
	uint8_t level = b->dir_count;
	int32_t *to;

	while (level > 0 && !source_open(b, &src, level - 1, "", "learned.tsv"))
		level--;
	if (!level)
		return;
	to = vec_add(b, &b->sec[SEC_LEARNED],
		     sizeof(*to) * LEARNED_MODELS * LEARNED_NUMBERS);
	for (int i = 0; i < LEARNED_NUMBERS && to; i++)
		to[i] = numbers[i].preset; /* the other model stays silent */
	while (to && source_row(b, &src) && !b->failed)
		if (src.columns > 2 + 2 * LEARNED_MODELS)
			build_note(b, &src, true, "more than %d columns",
				   2 + 2 * LEARNED_MODELS);
		else if (sv_starts(src.column[0], SV("@")))
			read_number(b, &src, to);
		else
			read_term(b, &src, &rows);
	src.line = 0;
	freeze_terms(b, &src, &rows);
	free(rows.p);
}
