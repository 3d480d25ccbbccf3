/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_text.h: templates of a map: text with {placeholders}, parsed once, filled in for each
 * request and escaped as the place wants it, so that no setting, page mark or token can
 * become another part of a URL or body.
 */
#ifndef OPINIA_COLLECTOR_MAP_TEXT_H
#define OPINIA_COLLECTOR_MAP_TEXT_H

#include "collector/source_settings.h"
#include "core/buf.h"

enum map_escape {
	ESCAPE_NONE,  /* as it is (headers)                                          */
	ESCAPE_URL,   /* percent-encoded, but for one that begins the text (a base)   */
	ESCAPE_QUERY, /* the whole, literal text included (a value of a query)        */
	ESCAPE_JSON,  /* JSON text, without the quotes around it                      */
	ESCAPE_FORM   /* percent-encoded (a form as body)                             */
};

enum map_slot {
	SLOT_TEXT, /* literal */
	SLOT_SETTING,
	SLOT_PAGE,
	SLOT_OFFSET,
	SLOT_SIZE,
	SLOT_NEXT,
	SLOT_TOKEN,
	SLOT_SECRET,
	SLOT_SINCE,
	SLOT_UNTIL
};

/* Which placeholders a place may have. */
enum {
	SLOTS_ALWAYS = 1 << SLOT_TEXT | 1 << SLOT_SETTING,
	SLOTS_WINDOW = SLOTS_ALWAYS | 1 << SLOT_TOKEN | 1 << SLOT_SINCE | 1 << SLOT_UNTIL,
	SLOTS_PAGE = SLOTS_WINDOW | 1 << SLOT_PAGE | 1 << SLOT_OFFSET | 1 << SLOT_SIZE |
		     1 << SLOT_NEXT,
	SLOTS_LOGIN = SLOTS_ALWAYS | 1 << SLOT_SECRET
};

struct map_text;

/* @rows: the settings that the map names. ERR_CONFIG: an unknown placeholder, or not here. */
int map_text_parse(struct map_text **out, struct sv text, enum map_escape escape,
		   unsigned slots, const struct source_row *rows, size_t row_count,
		   struct arena *a, struct err *err);

struct map_fill {
	const struct source_settings *settings;
	int64_t page, offset, size;
	int64_t since, until; /* TIME_NONE: comes out empty */
	struct sv next, token, secret;
};

/* False: it has placeholders and all of them came out empty (nothing is put). */
bool map_text_fill(const struct map_text *t, const struct map_fill *f, struct buf *out);

#endif
