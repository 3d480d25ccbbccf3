/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h: what a program did to its files, as power/record.c writes it down and power/replay.c
 * reads it: one record a call, in the order of the calls, from all processes into one file.
 */
#ifndef OPINIA_TESTS_POWER_LOG_H
#define OPINIA_TESTS_POWER_LOG_H

#include <stdint.h>

enum power_kind {
	POWER_WRITE = 'W',   /* bytes at an offset                                      */
	POWER_DURABLE = 'D', /* the same through O_DSYNC: on the disk when it returned  */
	POWER_TRUNCATE =
		'T',	    /* to a length                                             */
	POWER_SYNC = 'S',   /* a file: what was written before is on the disk          */
	POWER_CREATE = 'N', /* a name for an inode                                     */
	POWER_RENAME = 'R', /* two names, each ended by NUL                            */
	POWER_UNLINK = 'U', /* a name                                                  */
	POWER_FOLDER = 'F', /* a folder was synced: its names so far are on the disk   */
	POWER_ACK = 'A',    /* the user was told: number in `at`                       */
};

struct power_record {
	uint8_t kind;
	uint8_t reserved[3];
	uint32_t inode;
	uint64_t at, bytes; /* offset, length or number; how many bytes follow */
};

#endif
