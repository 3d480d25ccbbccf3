/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_page.h: the pages of a service, one after the other, in the style of its map: which comes
 * first, what is on it, and which comes next, if any.
 */
#ifndef OPINIA_COLLECTOR_MAP_PAGE_H
#define OPINIA_COLLECTOR_MAP_PAGE_H

#include "collector/map_ask.h"
#include "collector/map_mark.h"

struct map_page {
	struct arena arena; /* of the answer */
	struct http_answer answer;
	json_t *whole;	     /* NULL: there is no page in memory */
	const json_t *items; /* a list in it; NULL: there is nothing */
	uint64_t
		before; /* what the page before looked like, for pages that do not move on */
	int64_t count; /* pages since the run began or was resumed */
};

void map_page_init(struct map_page *p);
void map_page_forget(struct map_page *p); /* the answer only */
void map_page_release(struct map_page *p);

/* The first page of @mark. */
void map_page_first(struct map_page *p, const struct map *m, struct map_mark *mark);

/* Ask for the page that @mark names. Codes of adapter.h. */
int map_page_fetch(struct map_page *p, struct map_session *s, const struct map_mark *mark,
		   struct err *err);

size_t map_page_size(const struct map_page *p);
const json_t *map_page_item(const struct map_page *p, size_t i);

/* Move @mark to the page behind this one; *last: there is none. mark->next is kept in @a. */
int map_page_next(struct map_page *p, struct map_session *s, struct map_mark *mark,
		  bool *last, struct arena *a, struct err *err);

#endif
