/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scores.h: the long way to write scores, with their own scales and question ids:
 * [{"kind":"csat","value":4,"min":1,"max":5,"question":"q1"}].
 */
#ifndef OPINIA_COLLECTOR_JSON_SCORES_H
#define OPINIA_COLLECTOR_JSON_SCORES_H

#include "collector/shape.h"
#include "core/json_in.h"

/*
 * Behind JSON_ARRAY: read to its end into @r (NULL: only read). Texts are copied to @a.
 * ERR_INPUT: one of them is no score. ERR_AGAIN: @a is full.
 */
int json_scores(struct json_in *j, const struct shape *sh, struct record *r,
		struct arena *a, struct err *err);

#endif
