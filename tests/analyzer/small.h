/* SPDX-License-Identifier: Apache-2.0 */
/*
 * small.h: a lexicon of a few lines, made for one test, so that no test depends on what an
 * analyst writes in lexicons/. Each function stops the test program when the world fails.
 */
#ifndef OPINIA_TESTS_ANALYZER_SMALL_H
#define OPINIA_TESTS_ANALYZER_SMALL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/opinia_analyzer.h"

#ifdef OPINIA_SOURCE_DIR
#define SMALL_LEXICONS OPINIA_SOURCE_DIR "/lexicons"
#else
#define SMALL_LEXICONS "lexicons"
#endif

struct small_file {
	const char *path, *text;
};

struct small {
	char dir[64], table[80];
	struct opinia_analyzer *a;
	struct opinia_scratch *s;
	struct arena arena;
	struct err err;
	unsigned errors, warnings;
	char note[600]; /* the last one: "words.tsv:2: …" */
};

static inline void small_die(const char *what)
{
	fprintf(stderr, "small.h: %s\n", what);
	abort();
}

static inline void small_write(const char *dir, const char *path, const char *text)
{
	char full[256], *slash;
	FILE *out;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	for (slash = strchr(full + strlen(dir) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(full, 0700);
		*slash = '/';
	}
	out = fopen(full, "wb");
	if (!out || fputs(text, out) < 0 || fclose(out))
		small_die(full);
}

static const struct small_file small_base[] = {
	{ "taxonomy.tsv",
	  "delivery.time\tDelivery time\tTermen\tCzas\tdeliver\tlogistics\n"
	  "order.payment\tPayment\tPlată\tPłatność\tbuy\tproduct\n"
	  "no_content\tNo content\tFără conținut\tBrak treści\tall\t\n" },
	{ "common/emoji.tsv", "👍\t2.0\n:)\t1.5\n:(\t-1.5\n:D\t2.0\n❤\t2.5\n:/\t-1.0\n" },
	{ "pl/language.tsv", "name.pl\tpolski\nbias\t0\n" },
	{ "pl/words.tsv", "dobr*\t2.0\nzły; źle\t-2.0\nprost*\t1.0\nsuper\t2.5\n" },
	{ "pl/shifters.tsv", "nie\tnegator\nale\tcontrast\nbardzo\tintensifier\t150\n" },
	{ "pl/text.txt", "dostawa była bardzo dobra i wszystko działa\n"
			 "czekałem trzy tygodnie na przesyłkę i nikt nie odpowiada\n"
			 "nie wiem co się dzieje z moim zamówieniem, proszę o pomoc\n" },
	{ "ro/language.tsv", "name.ro\tromână\nbias\t0\n" },
	{ "ro/words.tsv", "bun; bună; bun*\t2.0\nprost*\t-2.0\nmerge\t0.8\t-2.5\n"
			  "rău\t-2.0\t\texact\nsuper\t2.5\nscump*\t-1.5\nminunat*\t3.0\n"
			  "problem*\t-1.0\nmulțumit*\t2.0\nnemulțumit*\t-2.5\n" },
	{ "ro/phrases.tsv", "nu e rău\t1.0\t\tfixed\nlasă de dorit\t-2.0\t\tfixed\n"
			    "nu doar\t\t\tnull\nau rezolvat\t2.0\t\tresolved\n" },
	{ "ro/shifters.tsv",
	  "nu; nici; nimic; fără\tnegator\nfoarte\tintensifier\t150\n"
	  "puțin\tdiminisher\t50\ndar; însă\tcontrast\ndeși\tconcession\n"
	  "iar\tclause\naș vrea\twish\nhalal\tirony\n" },
	{ "ro/topics.tsv",
	  "delivery.time\tîntârzi*\t1.0\t-2.0\ndelivery.time\tlivrar*\t0.5\n"
	  "delivery.time\tzile\t0.5\ndelivery.time\taștept* ~ zile\t1.0\t-1.0\n"
	  "delivery.time\t# ore\t1.0\norder.payment\tplat*\t1.0\norder.payment\tplată la "
	  "timp\t-\n"
	  "order.payment\tplatform*\t\t\tnull\n" },
	{ "ro/nocontent.tsv", "nu\nok\nnu știu\n-\n" },
	{ "ro/suffixes.tsv", "urilor\t\nele\t\nea\te\n" },
	{ "ro/text.txt", "am comandat un produs și a ajuns foarte repede\n"
			 "nu mi-a răspuns nimeni la telefon de trei zile\n"
			 "mulțumesc pentru ajutor, totul a fost în regulă\n" },
	{ "und/text.txt", "der Versand war sehr schnell und alles ist gut angekommen\n"
			  "la livraison était rapide et le produit est très bien\n" },
};

static inline void small_tell(void *ctx, const struct opinia_lexicon_note *note)
{
	struct small *x = ctx;
	const char *name = strrchr(note->place, '/');

	*(note->error ? &x->errors : &x->warnings) += 1;
	snprintf(x->note, sizeof(x->note), "%s: %s", name ? name + 1 : note->place,
		 note->text);
}

/* The base files, then @more (ended by a NULL path) over them, in a folder of their own. */
static inline void small_files(struct small *x, const struct small_file *more)
{
	memset(x, 0, sizeof(*x));
	strcpy(x->dir, "/tmp/opinia-small-XXXXXX");
	if (!mkdtemp(x->dir))
		small_die("mkdtemp");
	snprintf(x->table, sizeof(x->table), "%s/out.lex", x->dir);
	for (size_t i = 0; i < sizeof(small_base) / sizeof(small_base[0]); i++)
		small_write(x->dir, small_base[i].path, small_base[i].text);
	for (; more && more->path; more++)
		small_write(x->dir, more->path, more->text);
	arena_init(&x->arena, 0);
}

static inline int small_compile(struct small *x)
{
	return opinia_lexicon_compile(x->dir, NULL, x->table, small_tell, x, &x->err);
}

static inline void small_open(struct small *x, const struct small_file *more)
{
	small_files(x, more);
	if (small_compile(x) || opinia_analyzer_open(&x->a, x->table, &x->err))
		small_die(x->err.text);
	x->s = opinia_scratch_new(x->a);
	if (!x->s)
		small_die("out of memory");
}

/* The same table with other packs on. */
static inline void small_packs(struct small *x, const char *names)
{
	opinia_scratch_free(x->s);
	if (opinia_analyzer_choose_packs(x->a, sv_of(names), &x->err))
		small_die(x->err.text);
	x->s = opinia_scratch_new(x->a);
	if (!x->s)
		small_die("out of memory");
}

/* The lexicons of @dir instead. */
static inline void small_real(struct small *x, const char *dir)
{
	memset(x, 0, sizeof(*x));
	strcpy(x->dir, "/tmp/opinia-small-XXXXXX");
	if (!mkdtemp(x->dir))
		small_die("mkdtemp");
	snprintf(x->table, sizeof(x->table), "%s/out.lex", x->dir);
	arena_init(&x->arena, 0);
	if (opinia_lexicon_compile(dir, NULL, x->table, NULL, NULL, &x->err) ||
	    opinia_analyzer_open(&x->a, x->table, &x->err))
		small_die(x->err.text);
	x->s = opinia_scratch_new(x->a);
	if (!x->s)
		small_die("out of memory");
}

static inline void small_close(struct small *x)
{
	char command[128];

	opinia_scratch_free(x->s);
	opinia_analyzer_close(x->a);
	arena_release(&x->arena);
	snprintf(command, sizeof(command), "rm -rf '%s'", x->dir);
	if (system(command))
		small_die(command);
}

static inline struct verdict small_ask(struct small *x, const char *text,
				       const char *hint)
{
	struct verdict v;

	if (opinia_analyze(x->a, x->s, sv_of(text), sv_of(hint), &x->arena, &v, &x->err))
		small_die(x->err.text);
	return v;
}

#endif
