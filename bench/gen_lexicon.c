/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_lexicon.c: a lexicon of very many words, for measuring whether size costs. Words of the
 * generated comments are taken by chance until a given share of all tokens is hit; words of no
 * meaning fill the rest. An overlay of that, over the repository's own lexicons, is compiled.
 *
 *	gen_lexicon --root REPOSITORY --forms FILE --words N --hits PERCENT --out FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzer/opinia_analyzer.h"
#include "bench/gen_vocabulary.h"

struct choice {
	struct sv lang, form;
	int64_t count;
};

static FILE *open_words(const char *out, const char *lang)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/overlay/%s", out, lang);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/overlay/%s/words.tsv", out, lang);
	f = fopen(path, "wb");
	if (!f)
		die("%s cannot be written", path);
	return f;
}

static struct choice *read_forms(const char *path, size_t *count, int64_t *tokens)
{
	struct sv *lines = cut_lines(read_whole(path), count);
	struct choice *c = take_memory((*count + 1) * sizeof(*c));

	*tokens = 0;
	for (size_t i = 0; i < *count; i++) {
		c[i].lang = sv_cut(&lines[i], '\t');
		c[i].form = sv_cut(&lines[i], '\t');
		if (!sv_i64(lines[i], &c[i].count))
			die("%s: line %zu", path, i + 1);
		*tokens += c[i].count;
	}
	return c;
}

static void shuffle(struct choice *c, size_t n, struct random *r)
{
	for (size_t i = 0; i + 1 < n; i++) {
		size_t j = i + random_below(r, (uint32_t)(n - i));
		struct choice t = c[i];

		c[i] = c[j];
		c[j] = t;
	}
}

static void put_entry(FILE *f, struct sv word, struct random *r)
{
	int tenths = 5 + (int)random_below(r, 30);

	fprintf(f, SV_FMT "\t%s%d.%d\n", SV_ARG(word), random_percent(r, 50) ? "-" : "",
		tenths / 10, tenths % 10);
}

/* An emoji is no word, and nor is what a lexicon's column cannot hold. */
static bool is_word(struct sv form)
{
	bool letter = false;

	for (size_t i = 0; i < form.n; i++) {
		letter |= form.p[i] >= 'a' && form.p[i] <= 'z';
		if (form.p[i] == ';' || form.p[i] == '*' || form.p[i] == '#')
			return false;
	}
	return letter && form.n >= 3;
}

/* Words that stand in the comments: at most 60 % of all, and no more hits than wanted. */
static long put_known(FILE *const *files, const struct choice *c, size_t n, long words,
		      int64_t hits, struct random *r)
{
	long put = 0;

	for (size_t i = 0; i < n && put < words * 6 / 10; i++) {
		int l = 0;

		if (!is_word(c[i].form) || c[i].count > hits)
			continue;
		while (l < GEN_LANGS - 1 && !sv_eq(c[i].lang, sv_of(gen_languages[l])))
			l++;
		put_entry(files[l], c[i].form, r);
		hits -= c[i].count;
		put++;
	}
	return put;
}

static void count_note(void *ctx, const struct opinia_lexicon_note *note)
{
	size_t *said = ctx;

	if (note->error && (*said)++ < 3)
		fprintf(stderr, "%s: %s\n", note->place, note->text);
}

int main(int argc, char **argv)
{
	const char *out = argument(argc, argv, "out", "build-bench/data/lexicon");
	const char *root = argument(argc, argv, "root", ".");
	const char *forms = argument(argc, argv, "forms", "");
	long words = argument_number(argc, argv, "words", 50000), put;
	long percent = argument_number(argc, argv, "hits", 13);
	char source[1024], overlay[1024], table[1024], word[32];
	struct random r = { 77 };
	struct err err = ERR_NONE;
	FILE *files[GEN_LANGS];
	size_t count, said = 0;
	int64_t tokens;
	struct choice *c = read_forms(forms, &count, &tokens);
	double began;

	snprintf(source, sizeof(source), "%s/lexicons", root);
	snprintf(overlay, sizeof(overlay), "%s/overlay", out);
	snprintf(table, sizeof(table), "%s/opinia.lex", out);
	mkdir(out, 0755);
	mkdir(overlay, 0755);
	for (int l = 0; l < GEN_LANGS; l++)
		files[l] = open_words(out, gen_languages[l]);
	shuffle(c, count, &r);
	put = put_known(files, c, count, words, tokens * percent / 100, &r);
	for (; put < words; put++)
		put_entry(files[put % GEN_LANGS], nonsense(&r, word), &r);
	for (int l = 0; l < GEN_LANGS; l++)
		if (fclose(files[l]))
			die("the disk is full");
	began = seconds_now();
	must(opinia_lexicon_compile(source, (const char *const[]){ overlay, NULL }, table,
				    count_note, &said, &err),
	     &err);
	fprintf(stderr, "%s: %ld words more, compiled in %.2f s\n", table, words,
		seconds_now() - began);
	return 0;
}
