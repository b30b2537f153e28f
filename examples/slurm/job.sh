#!/bin/bash
#SBATCH --job-name=mnet
#SBATCH --array=0-6
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#
# Labels one share of the photos: sbatch job.sh PHOTOS ANSWERS [FLAGS OF MNET]
# A task that is killed, requeued or submitted again adds what is missing.
set -eu

photos=$1 answers=$2
shift 2
[ -e "$photos" ] || { echo "$photos: not found" >&2 && exit 2; }
# Slurm counts the tasks of this submission: set SHARES to submit some of them again.
shares=${SHARES:-$SLURM_ARRAY_TASK_COUNT}

mkdir -p "$answers"
for other in "$answers"/*-of-*.jsonl; do
    case $other in
        *-of-"$shares".jsonl | *'*'*) ;;
        *) echo "$other is a share of another number than $shares; set SHARES" >&2 && exit 2 ;;
    esac
done

# In place of the shell, so that Slurm's signals reach mnet, which then writes what it has begun.
exec mnet classify "$photos" -r --shard "$SLURM_ARRAY_TASK_ID/$shares" \
    --resume "$answers/$SLURM_ARRAY_TASK_ID-of-$shares.jsonl" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" --exit-zero "$@"
