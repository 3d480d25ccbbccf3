/* SPDX-License-Identifier: Apache-2.0 */
/* opened.c: see opened.h. */
#include "bench/opened.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/words.h"

void opened_remove(const char *dir)
{
	static const char *const parts[] = { "/data.mdb", "/lock.mdb", ".key" };
	char path[1024];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", dir, parts[i]);
		unlink(path);
	}
	rmdir(dir);
}

void opened_open(struct opened *o, const char *lexicon, const char *dir, bool fresh)
{
	const struct opinia_language *languages;
	struct err err = ERR_NONE;
	uint8_t count;

	*o = (struct opened){ .store = NULL };
	must(opinia_analyzer_open(&o->analyzer, lexicon, &err), &err);
	languages = opinia_analyzer_languages(o->analyzer, &count);
	for (uint8_t i = 0; i < count; i++)
		o->languages[i] = languages[i].code;
	o->options = (struct opinia_store_options){
		.dir = dir,
		.taxonomy = opinia_analyzer_taxonomy(o->analyzer),
		.languages = o->languages,
		.language_count = count,
		.words = words_of(o->analyzer),
	};
	if (fresh) {
		opened_remove(dir);
		must(opinia_store_init(&o->options, BENCH_ZONE, &err), &err);
	}
	must(opinia_store_open(&o->store, &o->options, &err), &err);
}

void opened_close(struct opened *o)
{
	opinia_store_close(o->store);
	words_scratch_drop();
	opinia_analyzer_close(o->analyzer);
}
