/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxonomy.h: the topics that exist, as lexicons/taxonomy.tsv and packs/ list them. The analyzer
 * loads it out of the compiled lexicon; whoever names a topic to a person borrows it.
 */
#ifndef OPINIA_CORE_TAXONOMY_H
#define OPINIA_CORE_TAXONOMY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"

enum ui_lang { UI_EN, UI_RO, UI_PL, UI_LANGS };

struct topic_info {
	struct sv id;		   /* order.checkout                */
	struct sv label[UI_LANGS]; /* for people                    */
	struct sv stage, owner;
	bool of_pack; /* only there while one of its packs is on */
};

struct taxonomy {
	const struct topic_info *topics;
	uint16_t count;
};

int taxonomy_find(const struct taxonomy *t, struct sv id); /* index, or -1 */

#endif
