/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build_setup.c: what is there before any term: the taxonomy, the languages with their
 * settings, and the endings that text search takes off.
 */
#include <stdlib.h>
#include <string.h>

#include "analyzer/build.h"

static const char *const name_keys[UI_LANGS] = { "name.en", "name.ro", "name.pl" };

/* The settings of language.tsv: what they are, and what holds where a language is silent. */
static const struct {
	const char *key;
	int32_t preset, low, high; /* milli, or whole percent */
	bool percent;
} settings[SET_COUNT] = {
	[SET_BIAS] = { "bias", 0, -4000, 4000, false },
	[SET_BIAS_WORDS] = { "bias.words", 0, 0, 1000, true },
	[SET_NEG_POSITIVE] = { "negated.positive", -80, -300, 300, true },
	[SET_NEG_NEGATIVE] = { "negated.negative", -40, -300, 300, true },
	[SET_NEG_BARE] = { "negator.bare", -400, -4000, 4000, false },
	[SET_NOHIT] = { "nohit", 0, -4000, 4000, false },
	[SET_ZONE_NEG] = { "zone.neg", -200, -1000, 0, false },
	[SET_ZONE_POS] = { "zone.pos", 200, 0, 1000, false },
	[SET_THIN] = { "zone.thin", 130, 0, 4000, false },
	[SET_MIXED_MIN] = { "mixed.min", 1500, 0, 100000, false },
	[SET_MIXED_PART] = { "mixed.part", 70, 1, 100, true },
	[SET_MIXED_SHORT] = { "mixed.short", 50, 1, 100, true },
	[SET_FIRST] = { "first", 100, 1, 300, true },
	[SET_SCALE] = { "scale", 2500, 100, 100000, false },
};

static void read_topics(struct builder *b, struct source *src)
{
	while (source_row(b, src) && !b->failed) {
		struct table_topic *t = vec_add(b, &b->sec[SEC_TOPICS], sizeof(*t));
		struct table_topic k = { 0 };

		if (src->columns < 5 || src->columns > (b->in_pack ? 7 : 6) ||
		    !src->column[0].n || (b->in_pack && !src->column[6].n))
			build_note(b, src, true,
				   "a topic has id, en, ro, pl, stage and owner%s",
				   b->in_pack ? ", and its packs" : "");
		k.id = build_string(b, src->column[0]);
		for (int i = 0; i < UI_LANGS; i++)
			k.label[i] = build_string(b, src->column[1 + i]);
		k.stage = build_string(b, src->column[4]);
		k.owner = build_string(b, src->column[5]);
		if (b->in_pack)
			k.packs = build_pack_bits(b, src, src->column[6], true);
		if (t)
			*t = k;
		b->topic_count++;
	}
}

void build_taxonomy(struct builder *b)
{
	struct source src;

	if (!source_open(b, &src, 0, "", "taxonomy.tsv")) {
		build_note(b, &src, true, "is missing: it lists the topics");
		return;
	}
	read_topics(b, &src);
	b->in_pack = true;
	if (source_open(b, &src, 0, "packs", "taxonomy.tsv"))
		read_topics(b, &src);
	b->in_pack = false;
}

static void read_setting(struct builder *b, const struct source *src,
			 struct table_lang *l)
{
	struct sv key = src->column[0], value = src->column[1];
	int32_t v;
	int i = 0;

	for (i = 0; i < UI_LANGS; i++)
		if (sv_eq(key, sv_of(name_keys[i]))) {
			l->name[i] = build_string(b, value);
			return;
		}
	i = 0;
	while (i < SET_COUNT && !sv_eq(key, sv_of(settings[i].key)))
		i++;
	if (i == SET_COUNT) {
		build_note(b, src, true, "no such setting \"" SV_FMT "\"", SV_ARG(key));
		return;
	}
	if (!source_milli(value, &v)) {
		build_note(b, src, true, "\"" SV_FMT "\" is no number", SV_ARG(value));
		return;
	}
	if (settings[i].percent)
		v /= 1000;
	if (v < settings[i].low || v > settings[i].high)
		build_note(b, src, true, "\"" SV_FMT "\" is out of range", SV_ARG(value));
	l->set[i] = v;
}

void build_settings(struct builder *b)
{
	for (uint8_t lang = 0; lang < b->lang_count; lang++) {
		struct table_lang *l = &b->lang[lang];
		struct source src;

		l->code = build_string(b, sv_of(b->code[lang]));
		for (int i = 0; i < UI_LANGS; i++)
			l->name[i] = l->code;
		for (int i = 0; i < SET_COUNT; i++)
			l->set[i] = settings[i].preset;
		for (uint8_t level = 0; level < b->dir_count; level++) {
			if (!source_open(b, &src, level, b->code[lang], "language.tsv"))
				continue;
			while (source_row(b, &src) && !b->failed)
				read_setting(b, &src, l);
		}
	}
}

static int longest_first(const void *a, const void *b)
{
	const struct table_suffix *x = a, *y = b;

	/* before freezing `text` holds length << 20 | order */
	return x->text > y->text ? -1 : x->text < y->text;
}

struct suffix {
	struct table_suffix row; /* text: the sort key */
	uint32_t text;
};

static void read_suffixes(struct builder *b, struct source *src, struct vec *all)
{
	while (source_row(b, src) && !b->failed) {
		struct suffix *s;
		struct sv text;

		if (!build_tokens(b, src->column[0]) || b->scratch.token_count != 1) {
			build_note(b, src, true, "a suffix is one word");
			continue;
		}
		text = (struct sv){ b->scratch.folded, b->scratch.folded_count };
		if (text.n > 64 || src->column[1].n > 64) {
			build_note(b, src, true, "a suffix has at most 64 bytes");
			continue;
		}
		s = vec_add(b, all, sizeof(*s));
		if (!s)
			return;
		s->row.text = (uint32_t)text.n << 20 |
			      (0xfffff - (uint32_t)(all->n / sizeof(*s)));
		s->text = build_string(b, text);
		if (src->column[1].n && build_tokens(b, src->column[1]))
			text = (struct sv){ b->scratch.folded, b->scratch.folded_count };
		else
			text = SV("");
		s->row.replacement = build_string(b, text);
	}
}

void build_suffixes(struct builder *b)
{
	for (uint8_t lang = 1; lang < b->lang_count; lang++) {
		struct vec all = { NULL, 0, 0 };
		struct source src;
		struct suffix *s;
		size_t n;

		for (uint8_t level = 0; level < b->dir_count; level++)
			if (source_open(b, &src, level, b->code[lang], "suffixes.tsv"))
				read_suffixes(b, &src, &all);
		s = (void *)all.p;
		n = all.n / sizeof(*s);
		if (n)
			qsort(s, n, sizeof(*s), longest_first);
		b->lang[lang].suffixes =
			(uint32_t)(b->sec[SEC_SUFFIXES].n / sizeof(struct table_suffix));
		b->lang[lang].suffix_count = (uint32_t)n;
		for (size_t i = 0; i < n; i++) {
			struct table_suffix *row =
				vec_add(b, &b->sec[SEC_SUFFIXES], sizeof(*row));

			if (row)
				*row = (struct table_suffix){ s[i].text,
							      s[i].row.replacement };
		}
		free(all.p);
	}
}
