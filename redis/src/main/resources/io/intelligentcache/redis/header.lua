-- The upper and lower half of a record's version, and whether it is a tombstone; nil if the bytes
-- are no header. RecordFormat has the layout.
local function header(bytes)
  if type(bytes) ~= 'string' or #bytes < 20 or string.byte(bytes) ~= 0xC2 then
    return nil
  end
  local high, low, check = struct.unpack('>I4I4I4', bytes, 9)
  if high >= 0x40000000 or bit.bxor(high, low, check) ~= 0x49434D32 then
    return nil
  end
  return high, low, string.byte(bytes, 2) == 84
end
