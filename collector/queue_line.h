/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue_line.h: one line of a queue_log, taken apart. Asterisk puts a bar behind the event even
 * where nothing follows, so a line with fewer than five was cut; names are not escaped.
 */
#ifndef OPINIA_COLLECTOR_QUEUE_LINE_H
#define OPINIA_COLLECTOR_QUEUE_LINE_H

#include "collector/calls.h"

enum { QUEUE_LINE_MORE = 5 };

struct queue_line {
	int64_t at_s;
	struct sv call, queue, agent, event, more[QUEUE_LINE_MORE]; /* NONE is empty */
	char id[CALL_ID_MAX];
};

/* False: that is no such line. Views into @line. */
bool queue_line_split(struct sv line, struct queue_line *l);

/* Put the exchange's name before the call's id, unless it is there. False: too long. */
bool queue_line_name(struct queue_line *l, struct sv system);

#endif
