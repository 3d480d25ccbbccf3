/* SPDX-License-Identifier: Apache-2.0 */
/* opinia_upgrade.h: the part of the store's door that stores of older formats come in by; see opinia_store.h. */
#ifndef OPINIA_STORE_OPINIA_UPGRADE_H
#define OPINIA_STORE_OPINIA_UPGRADE_H

#include "store/opinia_store.h"

struct opinia_upgrade {
	uint32_t from, to;    /* formats; alike: there was nothing to be done */
	const char *what;     /* what changes, a msgid                          */
	uint64_t rows, bytes; /* documents carried over; of the data file as it is now */
};

struct opinia_upgrade_ear {
	void (*tell)(void *self, const char *what); /* what does not agree */
	void (*step)(void *self, uint64_t done, uint64_t size, uint64_t rows);
	void *self;
};

/*
 * A store of an older format in this one's: a new data file is written inside its folder, opened,
 * checked and put in the old one's place; whatever breaks this off, the one or the other is there. Key file, list and
 * trail stay; @why goes to the trail. @dry: only say what would be done. Needs room for two copies. ERR_AGAIN:
 * somebody has it open; ERR_CONFIG: no way from its format; ERR_NOTHING: what came out is not sound.
 */
int opinia_store_upgrade(const struct opinia_store_options *opt, bool dry,
			 const struct opinia_upgrade_ear *ear,
			 const struct opinia_audit *why, struct opinia_upgrade *out,
			 struct err *err);

#endif
