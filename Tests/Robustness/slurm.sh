#!/usr/bin/env bash
# A real Slurm on this host: an array of shards, one of which is lost, merges to the bits of one run.
#   Tests/Robustness/slurm.sh [PROGRAM]
# As root, on Debian 12 or a relative of it. Ends with 0 and says so where Slurm cannot be installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
export KENTLEDGE
KENTLEDGE=$(realpath "${1:-.build/release/kentledge}")
if [ "$(id -u)" -ne 0 ]; then echo "skipped: Slurm's daemons need root"; exit 0; fi
if ! command -v slurmctld > /dev/null; then
  if ! (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends slurm-wlm munge) \
    > /dev/null 2>&1; then
    echo "skipped: Slurm cannot be installed here"
    exit 0
  fi
fi

work=$(mktemp -d)
stop() {
  for file in "$work"/run/*.pid; do [ -s "$file" ] && kill "$(cat "$file")" 2> /dev/null || true; done
  sleep 1
  rm -rf "$work"
}
trap stop EXIT
mkdir -p "$work/run" "$work/state" "$work/spool-n1" "$work/spool-n2" /run/munge /etc/slurm
chmod 755 "$work"
# A key of our own where the package has made none.
[ -s /etc/munge/munge.key ] || { head -c 1024 /dev/urandom > /etc/munge/munge.key; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
chown munge:munge /run/munge
if ! munge -n > /dev/null 2>&1; then
  runuser -u munge -- /usr/sbin/munged
  cp /run/munge/munged.pid "$work/run/munged.pid"
fi
host=$(hostname)
cat > "$work/slurm.conf" <<CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/run/slurmctld.pid
SlurmdPidFile=$work/run/slurmd-%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd-%n.log
ReturnToService=2
MpiDefault=none
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17002] CPUs=2 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld -c -f "$SLURM_CONF"
slurmd -N n1 -f "$SLURM_CONF"
slurmd -N n2 -f "$SLURM_CONF"
for _ in $(seq 50); do sinfo -h -N -o '%T' 2> /dev/null | grep -q idle && break; sleep 0.2; done
sinfo -N

scenario=$PWD/scenarios/us-severely-adverse-2026.yaml
"$KENTLEDGE" run "$scenario" --paths 40k --threads 2 --quiet -o "$work/whole" > /dev/null
"$KENTLEDGE" plan "$scenario" --paths 40k --shards 4 --threads 1 --emit slurm -o "$work/run-of-shards" > "$work/submit.sh"
bash -n "$work/submit.sh"

# The program that is submitted loses one shard: the second dies the first time, as on a node that fails.
cat > "$work/kentledge" <<WRAP
#!/bin/bash
if [ "\$1" = run ] && [ "\$SLURM_ARRAY_TASK_ID" = 2 ] && [ ! -e "$work/lost" ]; then
  touch "$work/lost"
  "$KENTLEDGE" "\$@" --quiet & sleep 0.4; kill -9 \$!
  exit 137
fi
exec "$KENTLEDGE" "\$@" --quiet
WRAP
chmod +x "$work/kentledge"
wait_for() { while squeue -h -j "$1" 2> /dev/null | grep -q .; do sleep 0.5; done; }
cd "$work"
submitted=$(KENTLEDGE=$work/kentledge bash "$work/submit.sh")
echo "$submitted"
shards=$(sed 's/shards \([0-9]*\),.*/\1/' <<< "$submitted")
merge=$(sed 's/.*merge //' <<< "$submitted")
wait_for "$shards"
wait_for "$merge"
test -e "$work/lost"
test ! -e "$work/run-of-shards/results.json"
grep -h "shard 2/4 is missing" slurm-"$merge".out
# What it says to do: the one shard again, by the command that the merge printed.
fix=$(sed -n 's/.*fix: kentledge run/run/p' slurm-"$merge".out | head -1)
cat > "$work/again.sh" <<JOB
#!/bin/bash
exec "$KENTLEDGE" $fix --threads 2
JOB
again=$(sbatch --parsable -o "$work/again.out" "$work/again.sh")
merge=$(sbatch --parsable -o "$work/merge.out" --dependency="afterok:$again" --wrap \
  "$KENTLEDGE merge $work/run-of-shards-shards -o $work/run-of-shards")
wait_for "$again"
wait_for "$merge"
cat "$work/merge.out"
cmp "$work/whole/results.json" "$work/run-of-shards/results.json"
cmp "$work/whole/report.html" "$work/run-of-shards/report.html"
sha256sum "$work/run-of-shards/results.json" | cut -d ' ' -f 1
echo "four shards on Slurm, one lost and drawn again, are the bits of one run ($SECONDS s)"
