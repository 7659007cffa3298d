//! What the system says of the machine: memory, caches, this process's peak.

use std::fs;

/// Bytes a process may still take: the least of what is free and what its control group leaves; `None` when the system does
/// not say.
#[must_use]
pub fn available_memory() -> Option<u64> {
    let free = meminfo("MemAvailable");
    [free, control_group()].into_iter().flatten().min()
}

/// Bytes of memory the machine has.
#[must_use]
pub fn total_memory() -> Option<u64> {
    meminfo("MemTotal")
}

/// The most memory this process has held, bytes.
#[must_use]
pub fn peak_memory() -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM")
}

fn meminfo(key: &str) -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, key)
}

/// The value of a line `KEY:   123 kB`, in bytes.
fn kilobytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// What the process's control group leaves (version 2, then 1).
fn control_group() -> Option<u64> {
    let number = |path: String| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/").trim_end_matches('/');
    let folders = [format!("/sys/fs/cgroup{own}"), "/sys/fs/cgroup".to_owned()];
    let second = folders.iter().find_map(|folder| {
        let limit = number(format!("{folder}/memory.max"))?;
        Some(limit.saturating_sub(number(format!("{folder}/memory.current")).unwrap_or(0)))
    });
    second.or_else(|| {
        let limit = number("/sys/fs/cgroup/memory/memory.limit_in_bytes".to_owned())?;
        let used = number("/sys/fs/cgroup/memory/memory.usage_in_bytes".to_owned()).unwrap_or(0);
        Some(limit.saturating_sub(used))
    })
}

/// The processor's name, where the system says.
#[must_use]
pub fn cpu_name() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// A cache of the first core.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cache {
    /// `L1d`, `L2`, `L3`.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
}

/// Data caches of the first core, smallest level first; empty when the system does not say.
#[must_use]
pub fn caches() -> Vec<Cache> {
    let read = |index: usize, what: &str| {
        let path = format!("/sys/devices/system/cpu/cpu0/cache/index{index}/{what}");
        fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
    };
    let cache = |index: usize| {
        let (level, kind, size) = (read(index, "level")?, read(index, "type")?, read(index, "size")?);
        let suffix = match kind.as_str() {
            "Data" => "d",
            "Unified" => "",
            _ => return None,
        };
        let bytes = size.strip_suffix('K')?.parse::<u64>().ok()?.checked_mul(1024)?;
        Some(Cache { name: format!("L{level}{suffix}"), bytes })
    };
    (0..8).filter_map(cache).collect()
}

/// Processes that want a processor, averaged over the last minute, where the system says.
#[must_use]
pub fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// Bytes of the last level of cache of the first core, where the system says.
#[must_use]
pub fn last_cache() -> Option<u64> {
    caches().last().map(|cache| cache.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_bytes() {
        let text = "MemTotal:       24689152 kB\nMemAvailable:   100 kB\n";
        assert_eq!(kilobytes(text, "MemAvailable"), Some(102_400));
        assert_eq!(kilobytes(text, "Mem"), None);
        assert_eq!(kilobytes(text, "SwapFree"), None);
    }
}
