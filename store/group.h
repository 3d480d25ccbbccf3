/* SPDX-License-Identifier: Apache-2.0 */
/* group.h: the queue of threads that want to land; see group.c. */
#ifndef OPINIA_STORE_GROUP_H
#define OPINIA_STORE_GROUP_H

#include "core/err.h"

struct landing_queue;
struct opinia_store;

struct landing_queue *landing_queue_new(struct opinia_store *store, struct err *err);
void landing_queue_free(struct landing_queue *q); /* NULL is fine */

#endif
