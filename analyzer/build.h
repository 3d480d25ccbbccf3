/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.h: the compiler's workbench, from lexicon folders to one table.
 *
 * Lines become items (build_lines.c); an item hangs on a key (one word) or on a state (a
 * phrase); freezing (build_freeze.c) turns keys, states and items into the sections of
 * table.h. Everything lives in one arena and some growing vectors; running out of memory sticks
 * in @failed and is asked once.
 */
#ifndef OPINIA_ANALYZER_BUILD_H
#define OPINIA_ANALYZER_BUILD_H

#include <sodium.h>

#include "analyzer/opinia_analyzer.h"
#include "analyzer/scratch.h"
#include "analyzer/table.h"

enum { BUILD_DIRS_MAX = 8, BUILD_COLUMNS = 7 };

#define NO_INDEX UINT32_MAX

struct vec {
	char *p;
	size_t n, cap; /* bytes */
};

/* From bytes to a number; the bytes are copied into the builder's arena. */
struct map {
	struct map_slot {
		struct sv key;
		uint64_t hash;
		uint32_t value;
		bool used;
	} * slots;
	size_t count, size;
};

struct item {
	struct table_entry entry;
	uint32_t next; /* the next item of the same key or state, or NO_INDEX */
	uint8_t level; /* 0: the shipped folder, then the overlays            */
	bool dead;     /* replaced by an overlay                              */
};

struct build_list {
	uint32_t first, last; /* items, or NO_INDEX */
	bool plain; /* of a state: a phrase comes through here that is of no pack */
};

struct build_key {
	uint32_t text;
	uint16_t known, flags;
	uint32_t start;
	uint16_t used;		   /* languages in whose lists it stands: a bit each */
	bool plain, plain_goes_on; /* known, or inside phrases, without any pack */
	uint8_t stranger;
	struct build_list items;
};

struct build_edge {
	uint32_t state, key, next;
};

struct build_pair {
	uint32_t low, high;
	struct build_list items;
};

/* One file that is being read; the place of every note. */
struct source {
	char path[4096];
	struct sv rest;
	unsigned line;
	uint8_t level;
	uint8_t lang;
	struct sv column[BUILD_COLUMNS];
	unsigned columns;
};

struct builder {
	struct arena arena;
	const char *dirs[BUILD_DIRS_MAX + 1];
	uint8_t dir_count;
	void (*tell)(void *ctx, const struct opinia_lexicon_note *note);
	void *ctx;
	struct err *err;
	unsigned errors;
	bool failed;
	bool collided; /* two words have one hash: nobody has seen it happen */

	struct vec sec[SEC_COUNT];
	struct map strings, keys, states, seen, sides, pairs;
	struct vec items, key_list, edge_list, state_list,
		pair_list; /* struct above, each */
	crypto_hash_sha256_state hash;
	struct table view; /* what tokens_split() needs to read terms */
	struct opinia_scratch scratch;

	const char *code[TABLE_LANGS_MAX];
	struct table_lang lang[TABLE_LANGS_MAX];
	uint8_t lang_count;
	uint32_t topic_count;
	uint32_t packs[PACKS_MAX], pack_count; /* names: strings */
	bool in_pack;			       /* what is read now is of packs/ */
};

/* --- build.c: memory, maps, notes --- */
void *vec_add(struct builder *b, struct vec *v,
	      size_t bytes); /* zeroed, or NULL and failed */
uint32_t *map_at(struct builder *b, struct map *m, struct sv key,
		 bool *fresh);			       /* NULL: failed */
uint32_t build_string(struct builder *b, struct sv s); /* offset in SEC_STRINGS */
void build_note(struct builder *b, const struct source *src, bool error, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
void build_release(struct builder *b);

/* --- build_source.c: files --- */
/* Open dirs[level]/@folder/@name; false: there is none. Its bytes enter the hash. */
bool source_open(struct builder *b, struct source *src, uint8_t level, const char *folder,
		 const char *name);
/* The names of the files of dirs[level]/@folder that begin with @stem and are .tsv, by name. */
const char **source_list(struct builder *b, uint8_t level, const char *folder,
			 const char *stem, size_t *count);
bool source_text_line(struct source *src, struct sv *line); /* comments left out */
bool source_row(struct builder *b, struct source *src);	    /* columns set       */
bool source_milli(struct sv s, int32_t *milli);		    /* "-2.5" -> -2500   */
bool build_languages(struct builder *b);		    /* finds the folders */

/* --- build_lines.c: what each file says --- */
void build_taxonomy(struct builder *b); /* and that of packs/, where there is one */
void build_settings(struct builder *b);
void build_lists(struct builder *b); /* words … nocontent, emoji */
void build_suffixes(struct builder *b);

/* --- build_packs.c: "retail,health" to bits --- */
/* The bit of every pack in @names; with @add new ones are made, else they are an error. */
uint32_t build_pack_bits(struct builder *b, const struct source *src, struct sv names,
			 bool add);
void build_packs(struct builder *b); /* freezes their names */

/* --- build_terms.c: terms to keys --- */
struct term {
	struct sv text; /* as written, trimmed */
	uint32_t keys[PHRASE_MAX];
	uint32_t count;
};
/* Reads one term; false and a note when it is none. */
bool term_is_number(struct builder *b, uint32_t key); /* # or the second of #/# */
bool term_read(struct builder *b, const struct source *src, struct sv text,
	       struct term *out);
/* Hang @entry on @term; a duplicate is noted, an overlay replaces. */
void item_add(struct builder *b, const struct source *src, const struct term *term,
	      struct table_entry entry);
void pair_add(struct builder *b, const struct source *src, const struct term *left,
	      const struct term *right, struct sv text, struct table_entry entry);
uint32_t build_key(struct builder *b, struct sv folded, bool stem);
/* The tokens of @text by the engine's own steps; they are in b->scratch. */
bool build_tokens(struct builder *b, struct sv text);

/* --- build_learned.c --- */
void build_learned(struct builder *b);

/* --- build_fold.c, build_lid.c, build_freeze.c --- */
void build_fold(struct builder *b);
void build_lid(struct builder *b); /* reads the texts, knows the words, makes the model */
void build_freeze(struct builder *b);
void build_typos(struct builder *b); /* behind freezing */

#endif
