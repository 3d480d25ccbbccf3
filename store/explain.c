/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c: what answering took. Transactions count what they hand out, once somebody asks; here the
 * tables become what people know.
 */
#include <string.h>

#include "core/i18n.h"
#include "store/inside.h"

static const struct {
	enum db db;
	enum opinia_touch touch;
} tables[] = {
	{ DB_META, TOUCH_REST },	{ DB_DOC, TOUCH_DOCUMENTS },
	{ DB_HIST, TOUCH_HISTORY },	{ DB_NAMES, TOUCH_NAMES },
	{ DB_BITS, TOUCH_BITMAPS },	{ DB_TEXT, TOUCH_WORDS },
	{ DB_ROLL, TOUCH_ROLLUPS },	{ DB_RUNS, TOUCH_LOOKUPS },
	{ DB_CUSTOMER, TOUCH_PERSONS }, { DB_REDIRECT, TOUCH_PERSONS },
	{ DB_LINK, TOUCH_PERSONS },	{ DB_RECKEY, TOUCH_REST },
	{ DB_CURSOR, TOUCH_REST },	{ DB_AUDIT, TOUCH_REST },
	{ DB_GONE, TOUCH_REST },
};

static const char *const names[TOUCH_COUNT] = {
	[TOUCH_ROLLUPS] = N_("daily counters"),
	[TOUCH_BITMAPS] = N_("bitmaps"),
	[TOUCH_WORDS] = N_("word runs"),
	[TOUCH_DOCUMENTS] = N_("documents"),
	[TOUCH_HISTORY] = N_("earlier revisions"),
	[TOUCH_LOOKUPS] = N_("lookups"),
	[TOUCH_PERSONS] = N_("persons"),
	[TOUCH_NAMES] = N_("names"),
	[TOUCH_REST] = N_("the rest"),
};

void opinia_explain_begin(struct opinia_snapshot *snap)
{
	memset(&snap->look, 0, sizeof(snap->look));
	snap->txn.look = &snap->look;
}

void opinia_explain_read(const struct opinia_snapshot *snap, struct opinia_explain *out)
{
	const struct txn_look *look = &snap->look;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		out->touched[tables[i].touch].values += look->values[tables[i].db];
		out->touched[tables[i].touch].bytes += look->bytes[tables[i].db];
	}
	out->rows = look->rows;
	out->segments = look->segments;
	out->passed_over = look->passed_over;
	out->spanned = look->spanned;
}

const char *opinia_touch_name(enum opinia_touch touch)
{
	return names[touch];
}
