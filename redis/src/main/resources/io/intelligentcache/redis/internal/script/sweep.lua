-- Unlinks every record whose write began before the sweep. Answers how many.
-- KEYS     the names of the keys
-- ARGV[1]  the 16 bytes of the sweep's version
-- ARGV[2]  the microsecond of its call on the servers' clock, or a little later
-- ARGV[3]  the channel to publish changes on, if any
-- A tombstone is no entry. It is kept, because it must still refuse late writes. A lease is taken from its holder,
-- whose load began before the sweep. If the lease replaced a tombstone, it continues to refuse older writes.
local my_high, my_low = struct.unpack('>I4I4', ARGV[1])
local my_micros = math.max(my_high % 1048576 * 4294967296 + my_low, tonumber(ARGV[2]))
-- A write of another instance may have a version after the sweep's and still have begun before it: the version of a
-- loaded value is after the version that its claim found, and versions of removals are dated ahead. The origin in the
-- record decides.
local function survives(stored, high, low)
  if not high or impossible(high, my_high)
    or compare(high, low, stored, my_high, my_low, ARGV[1], 9) <= 0 then
    return false
  end
  if string.sub(stored, 25, 32) == string.sub(ARGV[1], 9, 16) then
    return true
  end
  -- A record that began in the future comes from a clock that was set back since then.
  local begun = #stored < 52 and high % 1048576 * 4294967296 + low or earliest(stored)
  return begun > my_micros and begun <= micros()
end
local removed = 0
for _, key in ipairs(KEYS) do
  local stored = redis.pcall('GETRANGE', key, 0, LONGEST_HEAD)
  local high, low, kind = header(stored)
  if kind == LEASE and string.byte(stored, 3) == TOMBSTONE then
    local done = redis.pcall('SET', key, string.sub(stored, 1, 32) .. string.rep('\0', 24), 'KEEPTTL')
    if done.err then -- out of memory
      redis.call('UNLINK', key)
    end
  elseif kind == LEASE
    or kind ~= TOMBSTONE and not survives(stored, high, low) then
    removed = removed + redis.call('UNLINK', key)
    publish(ARGV[3], key)
  end
end
return removed
