/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_lines.c: what each file of a lexicon folder says, line by line; lexicons/README.md is
 * its grammar. Every refusal names file, line, what is wrong and what would be right.
 */
#include <stdio.h>
#include <string.h>

#include "analyzer/build.h"
#include "analyzer/fold.h"

static const char *const shifter_names[SHIFTERS] = {
	"negator",    "intensifier", "diminisher", "contrast",
	"concession", "clause",	     "wish",	   "irony",
};

static const struct {
	const char *name;
	uint16_t flag;
} flags[] = {
	{ "exact", ENTRY_EXACT },   { "null", ENTRY_NULL },
	{ "fixed", ENTRY_FIXED },   { "resolved", ENTRY_RESOLVED },
	{ "rating", ENTRY_RATING },
};

/* @packs: NULL, or what `packs=NAME,…` among the flags says. */
static uint16_t read_flags(struct builder *b, const struct source *src, struct sv s,
			   uint32_t *packs)
{
	uint16_t all = 0;

	while (s.n) {
		struct sv word = sv_cut(&s, ' ');
		size_t i = 0;

		if (!word.n)
			continue;
		while (i < sizeof(flags) / sizeof(flags[0]) &&
		       !sv_eq(word, sv_of(flags[i].name)))
			i++;
		if (i < sizeof(flags) / sizeof(flags[0]))
			all |= flags[i].flag;
		else if (packs && sv_starts(word, SV("packs=")))
			*packs = build_pack_bits(b, src, sv_sub(word, 6, word.n), false);
		else
			build_note(b, src, true,
				   "no such flag \"" SV_FMT
				   "\": exact, null, fixed, resolved or rating",
				   SV_ARG(word));
	}
	return all;
}

static int16_t read_weight(struct builder *b, const struct source *src, struct sv s,
			   int32_t low, int32_t high)
{
	int32_t v = 0;

	if (!source_milli(s, &v) || v < low || v > high) {
		build_note(b, src, true,
			   "\"" SV_FMT "\" is no weight from %d.%d to %d.%d", SV_ARG(s),
			   low / 1000, low % 1000 / 100 < 0 ? 0 : low % 1000 / 100,
			   high / 1000, high % 1000 / 100);
		return 0;
	}
	return (int16_t)v;
}

/* words.tsv, phrases.tsv: term, weight, negated weight, flags */
static void row_sentiment(struct builder *b, struct source *src, struct table_entry *e)
{
	bool null;

	e->kind = ENTRY_SENTIMENT;
	e->flags = read_flags(b, src, src->column[3], NULL);
	null = e->flags & ENTRY_NULL;
	e->negated = DEFAULT;
	if (src->column[1].n || !null)
		e->weight = read_weight(b, src, src->column[1], -4000, 4000);
	if (src->column[2].n)
		e->negated = read_weight(b, src, src->column[2], -4000, 4000);
	if (null && (e->weight || e->negated != DEFAULT))
		build_note(b, src, true,
			   "a null entry has no weight: leave it empty or 0");
	if (!null && !e->weight && e->negated == DEFAULT && !(e->flags & ENTRY_RESOLVED))
		build_note(b, src, true, "a weight of 0 needs the flag null");
}

/* shifters.tsv: term, kind, value, flags */
static void row_shifter(struct builder *b, struct source *src, struct table_entry *e)
{
	uint16_t kind = 0;
	int32_t value = 0;

	e->kind = ENTRY_SHIFTER;
	e->flags = read_flags(b, src, src->column[3], NULL);
	while (kind < SHIFTERS && !sv_eq(src->column[1], sv_of(shifter_names[kind])))
		kind++;
	if (kind == SHIFTERS) {
		build_note(b, src, true,
			   "no such kind \"" SV_FMT
			   "\": negator, intensifier, diminisher, contrast, "
			   "concession, clause, wish or irony",
			   SV_ARG(src->column[1]));
		return;
	}
	e->topic = kind;
	if (src->column[2].n && !source_milli(src->column[2], &value))
		build_note(b, src, true, "\"" SV_FMT "\" is no number",
			   SV_ARG(src->column[2]));
	value /= 1000;
	if ((kind == SHIFT_INTENSIFIER && (value <= 100 || value > 300)) ||
	    (kind == SHIFT_DIMINISHER && (value < 1 || value >= 100)) ||
	    (kind == SHIFT_NEGATOR && (value < 0 || value > 12)))
		build_note(b, src, true,
			   "value %d: an intensifier has 101 to 300 percent, a "
			   "diminisher 1 to 99, "
			   "a negator 1 to 12 tokens",
			   (int)value);
	e->weight = (int16_t)value;
}

static uint16_t topic_of(struct builder *b, const struct source *src, struct sv id)
{
	const struct table_topic *t = (const void *)b->sec[SEC_TOPICS].p;
	struct table strings = { .strings =
					 (const unsigned char *)b->sec[SEC_STRINGS].p };

	for (uint32_t i = 0; i < b->topic_count; i++) {
		if (!sv_eq(table_string(&strings, t[i].id), id))
			continue;
		if (b->in_pack == (t[i].packs != 0))
			return (uint16_t)i;
		build_note(b, src, true,
			   b->in_pack ? "\"" SV_FMT
					"\" is of no pack: it does not belong "
					"under packs/"
				      : "\"" SV_FMT "\" is of a pack: it belongs under "
					"packs/",
			   SV_ARG(id));
		return TOPIC_NONE;
	}
	build_note(b, src, true,
		   "no such topic \"" SV_FMT "\": %staxonomy.tsv lists them", SV_ARG(id),
		   b->in_pack ? "packs/" : "");
	return TOPIC_NONE;
}

/* topics.tsv: topic, term, weight, sentiment, flags */
static void row_topic(struct builder *b, struct source *src, struct table_entry *e)
{
	const struct table_topic *topics = (const void *)b->sec[SEC_TOPICS].p;
	uint32_t own;

	e->kind = b->in_pack ? ENTRY_REVIEW : ENTRY_TOPIC;
	e->topic = topic_of(b, src, src->column[0]);
	e->packs = own = e->topic == TOPIC_NONE ? 0 : topics[e->topic].packs;
	e->flags = read_flags(b, src, src->column[4], b->in_pack ? &e->packs : NULL);
	if (e->packs & ~own)
		build_note(b, src, true, "packs=: its topic is not in all of them");
	e->negated = DEFAULT;
	if (sv_eq(src->column[2], SV("-")))
		e->flags |= ENTRY_NOT;
	else if (src->column[2].n || !(e->flags & ENTRY_NULL))
		e->weight = read_weight(b, src, src->column[2], 0, 2000);
	if (src->column[3].n)
		e->sentiment = read_weight(b, src, src->column[3], -4000, 4000);
}

static void row_nocontent(struct builder *b, struct source *src, struct table_entry *e)
{
	(void)b;
	(void)src;
	e->kind = ENTRY_NOCONTENT;
}

/* `# din #`, `#/#`: a rating is made of two numbers. */
static bool rating_ok(struct builder *b, const struct source *src, const struct term *t,
		      const struct table_entry *e)
{
	uint32_t numbers = 0;

	for (uint32_t i = 0; i < t->count; i++)
		numbers += term_is_number(b, t->keys[i]);
	if (numbers == 2 && e->negated == DEFAULT && e->kind == ENTRY_SENTIMENT)
		return true;
	build_note(b, src, true,
		   "\"" SV_FMT "\": a rating has two #, and no weight under a negator",
		   SV_ARG(t->text));
	return false;
}

static void terms_add(struct builder *b, struct source *src, struct sv terms,
		      struct table_entry e)
{
	while (terms.n) {
		ptrdiff_t at = sv_find(terms, SV("; "));
		struct sv text = at < 0 ? terms : sv_sub(terms, 0, (size_t)at);
		ptrdiff_t tilde = sv_find(text, SV(" ~ "));
		struct term term, other;

		terms = at < 0 ? SV("") : sv_sub(terms, (size_t)at + 2, terms.n);
		text = sv_trim(text);
		if (sv_ends(text, SV(";")))
			text = sv_trim(sv_sub(text, 0, text.n - 1));
		if (!text.n)
			continue;
		if ((e.kind == ENTRY_TOPIC || e.kind == ENTRY_REVIEW) && tilde >= 0) {
			struct sv right = sv_sub(text, (size_t)tilde + 3, text.n);

			if (sv_find(right, SV("~")) >= 0)
				build_note(b, src, true, "one ~ in a term");
			else if (term_read(b, src, sv_sub(text, 0, (size_t)tilde),
					   &term) &&
				 term_read(b, src, right, &other))
				pair_add(b, src, &term, &other, text, e);
			continue;
		}
		if (term_read(b, src, text, &term) &&
		    (!(e.flags & ENTRY_RATING) || rating_ok(b, src, &term, &e)))
			item_add(b, src, &term, e);
	}
}

static const struct list {
	const char *name; /* of its files, which may go on: topics.tsv, topics2.tsv */
	void (*row)(struct builder *b, struct source *src, struct table_entry *e);
	unsigned term, least, most; /* column of the term; columns a line has */
} lists[] = {
	{ "words", row_sentiment, 0, 2, 4 },	 { "phrases", row_sentiment, 0, 2, 4 },
	{ "shifters", row_shifter, 0, 2, 4 },	 { "topics", row_topic, 1, 3, 5 },
	{ "nocontent", row_nocontent, 0, 1, 1 },
};

static void read_list(struct builder *b, struct source *src, const struct list *list)
{
	while (source_row(b, src) && !b->failed) {
		struct table_entry e = { .lang = src->lang };
		unsigned before = b->errors;

		if (src->columns < list->least || src->columns > list->most) {
			build_note(
				b, src, true,
				"%u columns, %u to %u are needed (one tab between them)",
				src->columns, list->least, list->most);
			continue;
		}
		list->row(b, src, &e);
		if (list->row == row_nocontent && !build_tokens(b, src->column[0]))
			continue;
		if (list->row == row_nocontent && !b->scratch.word_count)
			continue; /* `-`: a comment without a word is one anyway */
		if (b->errors == before)
			terms_add(b, src, src->column[list->term], e);
	}
}

/* function.tsv: words alone; they say nothing, so that they are no entries. */
static void read_function(struct builder *b, struct source *src)
{
	while (source_row(b, src) && !b->failed) {
		struct sv terms = src->column[0];

		while (terms.n) {
			struct sv text = sv_trim(sv_cut(&terms, ';'));
			struct term term;

			if (!text.n || !term_read(b, src, text, &term))
				continue;
			if (term.count == 1 && !sv_ends(text, SV("*")))
				((struct build_key *)(void *)b->key_list.p)[term.keys[0]]
					.flags |= KEY_FUNCTION;
			else
				build_note(b, src, true,
					   "\"" SV_FMT "\" is no single word",
					   SV_ARG(text));
		}
	}
}

/* common/emoji.tsv: pictures and letters are words; the rest is found in gaps between words. */
static void read_emoji(struct builder *b, struct source *src)
{
	while (source_row(b, src) && !b->failed) {
		const struct opinia_scratch *s = &b->scratch;
		struct table_entry e = { .kind = ENTRY_SENTIMENT,
					 .negated = DEFAULT,
					 .flags = ENTRY_EMOJI | ENTRY_FIXED };
		struct term t = { .text = src->column[0], .count = 1 };
		struct sv folded;

		e.weight = read_weight(b, src, src->column[1], -4000, 4000);
		if (!build_tokens(b, t.text) || !s->folded_count)
			continue;
		if (s->emoji_count == 1 && s->folded_count == 1)
			folded = (struct sv){ s->folded + s->emoji[0].at,
					      s->emoji[0].length };
		else
			folded = (struct sv){ s->folded, s->folded_count };
		if (s->emoji_count != (s->folded[0] == FOLD_EMOJI) ||
		    (!s->emoji_count && folded.n > EMOTICON_MAX)) {
			build_note(
				b, src, true,
				"\"" SV_FMT
				"\": one emoji, or an emoticon of at most %d characters",
				SV_ARG(t.text), EMOTICON_MAX);
			continue;
		}
		if (!s->emoji_count &&
		    (s->token_count != 1 || s->tokens[0].length != folded.n ||
		     s->tokens[0].kind != TOKEN_WORD))
			b->sec[SEC_EMOTICON].p[(unsigned char)folded.p[0]] = 1;
		t.keys[0] = build_key(b, folded, false);
		if (t.keys[0] != NO_INDEX)
			item_add(b, src, &t, e);
	}
}

static void read_files(struct builder *b, uint8_t level, uint8_t lang, const char *folder,
		       const struct list *list)
{
	size_t count = 0;
	const char **names = source_list(b, level, folder, list->name, &count);
	struct source src;

	for (size_t i = 0; i < count && !b->failed; i++) {
		if (!source_open(b, &src, level, folder, names[i]))
			continue;
		src.lang = lang;
		read_list(b, &src, list);
	}
}

void build_lists(struct builder *b)
{
	const size_t count = sizeof(lists) / sizeof(lists[0]);
	char folder[32];
	struct source src;

	for (uint8_t level = 0; level < b->dir_count; level++) {
		for (uint8_t lang = 1; lang < b->lang_count; lang++) {
			for (size_t i = 0; i < count; i++)
				read_files(b, level, lang, b->code[lang], &lists[i]);
			b->in_pack = true;
			snprintf(folder, sizeof(folder), "packs/%s", b->code[lang]);
			for (size_t i = 0; i < count; i++)
				if (lists[i].row == row_topic)
					read_files(b, level, lang, folder, &lists[i]);
			b->in_pack = false;
		}
		for (uint8_t lang = 1; lang < b->lang_count; lang++)
			if (source_open(b, &src, level, b->code[lang], "function.tsv"))
				read_function(b, &src);
		if (source_open(b, &src, level, "common", "emoji.tsv"))
			read_emoji(b, &src);
	}
}
