/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env.h: what env.c and txn.c share: the only two files that say MDB_.
 */
#ifndef OPINIA_STORE_ENV_H
#define OPINIA_STORE_ENV_H

#include <lmdb.h>
#include <pthread.h>
#include <time.h>

#include "store/txn.h"

struct env {
	MDB_env *mdb;
	MDB_dbi dbi[DB_COUNT];
	bool read_only;
	size_t map_max;
	int folder;		    /* locked: shared by all who have the store open */
	struct env_options options; /* .dir: its own copy */
	char *data_path;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t idle;
	unsigned active; /* transactions open in this process */
	bool growing;	 /* no new ones until it is done      */
	time_t swept; /* when slots of killed readers were last given back, monotonic */
};

void env_enter(struct env *env);
void env_leave(struct env *env);
/* Another process has grown the file: look at its new size. */
int env_follow(struct env *env, struct err *err);
/* Is its disk full? LMDB calls a write that was cut short for lack of room EIO. */
bool env_disk_full(const struct env *env);
/* LMDB's code as one of ours, with what was being done. Returns the code; 0 gives 0. */
int env_error(struct err *err, int rc, const char *doing);

#endif
